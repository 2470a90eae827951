/** Makes PGlite's files durable: it ships without fsync, so commits would not survive a loss of power. */
import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The errno that PGlite's C library calls EIO; PostgreSQL then stops rather than lose what it promised. */
const EIO = 29;

type FileSystemOptions = Parameters<NodeFS['init']>[1];

/** PostgreSQL's PANIC, which here ends the engine inside the process. The SQLSTATE says `crash_shutdown`. */
export class EngineStoppedError extends Error {
  override readonly name = 'EngineStoppedError';
  readonly code = '57P02';

  constructor(cause?: unknown) {
    super('The embedded database has stopped; it is started again when next asked.', { cause });
  }
}

/** The parts of Emscripten's module used here. They are internals: the self-check at start proves them. */
interface Module {
  readonly NODEFS: HostFileSystem;
  readonly FS: { readonly streams: readonly (OpenFile | null | undefined)[] };
  onAbort?: () => void;
  /** Called by PGlite after each exception that leaves the engine, before it goes on. */
  stackRestore: (position: number) => void;
  _PostgresMainLoopOnce: () => void;
  _PostgresSendReadyForQueryIfNecessary: () => void;
  _pgl_pq_flush: () => void;
}
interface OpenFile {
  readonly nfd?: number;
  readonly node: unknown;
}
interface HostFileSystem {
  readonly stream_ops: { fsync?: (file: OpenFile) => number };
  realPath(node: unknown): string;
}

export class DurableNodeFS extends NodeFS {
  fsyncCount = 0;
  /** Set once the engine on these files has stopped for good; a new one can be started on them. */
  stopped: EngineStoppedError | null = null;
  #module: Module | null = null;

  override async init(pglite: PGlite, options: FileSystemOptions) {
    const prepared = await super.init(pglite, options);
    const preRun = [
      ...(prepared.emscriptenOpts.preRun ?? []),
      (emscripten: unknown) => {
        const module = emscripten as Module;
        this.#module = module;
        this.#installFsync(module.NODEFS);
        this.#stopOnAbort(module);
      },
    ];
    return { emscriptenOpts: { ...prepared.emscriptenOpts, preRun } };
  }

  /** Closes what a stopped engine had open; one that runs closes its files itself. */
  closeHandles(): void {
    for (const file of this.#module?.FS.streams ?? []) if (file?.nfd !== undefined) closeSync(file.nfd);
    this.#module = null;
  }

  /**
   * After a PANIC (such as a full disk under the write-ahead log) PGlite would call the broken engine again and again,
   * forever. From here on each call fails instead, so nothing more is written and every caller is told.
   */
  #stopOnAbort(module: Module): void {
    module.onAbort = () => {
      const stopped = new EngineStoppedError();
      const fail = (): never => {
        throw stopped;
      };
      this.stopped = stopped;
      module._PostgresMainLoopOnce = fail;
      module.stackRestore = fail;
      module._PostgresSendReadyForQueryIfNecessary = () => {};
      module._pgl_pq_flush = () => {};
    };
  }

  #installFsync(host: HostFileSystem): void {
    host.stream_ops.fsync = (file) => {
      this.fsyncCount += 1;
      try {
        if (file.nfd === undefined) fsyncPath(host.realPath(file.node));
        else fsyncSync(file.nfd);
        return 0;
      } catch {
        // Told to PostgreSQL in its own way; an exception would tear down the engine instead.
        return EIO;
      }
    };
  }
}

/** Start parameters with fsync on; `fdatasync` is a stub in PGlite, `fsync` reaches the function above. */
export function durableStartParams(defaults: readonly string[]): string[] {
  return [...defaults.filter((parameter) => parameter !== '-F'), '-c', 'wal_sync_method=fsync'];
}

/** Writes a whole folder through to the disk: what initdb made was never synced. */
export function fsyncFolder(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) fsyncPath(join(entry.parentPath, entry.name));
  }
  fsyncPath(folder);
}

export function fsyncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

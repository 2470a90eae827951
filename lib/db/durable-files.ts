/** Makes PGlite's files durable: it ships without fsync, so commits would not survive a loss of power. */
import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The errno that PGlite's C library calls EIO; PostgreSQL then stops rather than lose what it promised. */
const EIO = 29;

type FileSystemOptions = Parameters<NodeFS['init']>[1];

/** The parts of Emscripten's file system used here. They are internals: `fsyncCount` proves that they still work. */
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

  override async init(pglite: PGlite, options: FileSystemOptions) {
    const prepared = await super.init(pglite, options);
    const preRun = [
      ...(prepared.emscriptenOpts.preRun ?? []),
      (module: { NODEFS: unknown }) => this.#installFsync(module.NODEFS as HostFileSystem),
    ];
    return { emscriptenOpts: { ...prepared.emscriptenOpts, preRun } };
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

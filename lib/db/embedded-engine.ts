/** Starts PGlite in memory or on a folder's files, and starts it again on them when it had to stop. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import type { Log } from '../kernel/log.ts';
import {
  DurableNodeFS,
  durableStartParams,
  EngineStoppedError,
  fsyncFolder,
  fsyncPath,
} from './durable-files.ts';

/**
 * PGlite would take 128 MB for itself; ours is small and the host's page cache helps. A timer that reports progress of
 * recovery would outlive an engine that stops in it, and keep its memory.
 */
const PARAMS = ['-c', 'shared_buffers=32MB', '-c', 'log_startup_progress_interval=0'];
/** What both kinds are opened with. Big integers as numbers: our counts and sizes stay far below 2^53. */
const OPTIONS = {
  extensions: { pg_trgm },
  parsers: {
    [types.INT8]: Number,
    [types.BYTEA]: (hex: string) => Buffer.from(hex.slice(2), 'hex'),
  },
  // PGlite would make hexadecimal text of bytes, one character after the other; bytes it sends as they are.
  serializers: { [types.BYTEA]: (bytes: string) => bytes },
};
const RESTART_PAUSE_MS = 1000;

export interface EmbeddedEngine {
  /** The PGlite to ask now. Rejects with EngineStoppedError while it cannot be started. */
  current(): Promise<PGlite>;
  close(): Promise<void>;
}

/** `template` is the dump of another database to start from. */
export async function startInMemory(template?: Blob): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams, ...PARAMS];
  const from = template === undefined ? {} : { loadDataDir: template };
  return await PGlite.create('memory://', { ...OPTIONS, ...from, startParams });
}

/** An engine that is never started again: in memory there is nothing to recover from. */
export function engineOf(pglite: PGlite): EmbeddedEngine {
  return {
    current: () => Promise.resolve(pglite),
    async close() {
      if (!pglite.closed) await pglite.close();
    },
  };
}

export async function startEngine(folder: string, log: Log): Promise<EmbeddedEngine> {
  await createOnFirstStart(folder);
  const engine = new FolderEngine(folder, log);
  const pglite = await engine.current();
  await engine.warnUnlessDurable(pglite);
  return engine;
}

/** Creates the database beside its place and then moves it there: a first start that is cut off leaves nothing. */
async function createOnFirstStart(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const pglite = await startOn(new DurableNodeFS(unfinished));
  await pglite.close();
  fsyncFolder(unfinished);
  renameSync(unfinished, folder);
  fsyncPath(dirname(folder));
}

async function startOn(files: DurableNodeFS): Promise<PGlite> {
  const startParams = [...durableStartParams(PGlite.defaultStartParams), ...PARAMS];
  return await PGlite.create({ ...OPTIONS, fs: files, startParams });
}

class FolderEngine implements EmbeddedEngine {
  readonly #folder: string;
  readonly #log: Log;
  #files: DurableNodeFS | null = null;
  #pglite: PGlite | null = null;
  #starting: Promise<PGlite> | null = null;
  #notBefore = 0;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  async current(): Promise<PGlite> {
    if (this.#pglite !== null && this.#files?.stopped === null) return this.#pglite;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return await this.#starting;
  }

  /** One commit must reach the disk. If an upgrade of PGlite breaks this, nobody should learn it from a power cut. */
  async warnUnlessDurable(pglite: PGlite): Promise<void> {
    const before = this.#files?.fsyncCount;
    await pglite.query(
      `select pg_logical_emit_message(true, 'skillconvoy', 'does a commit reach the disk?')`,
    );
    if (this.#files?.fsyncCount === before) {
      this.#log.warn(
        'NOT DURABLE: the embedded database does not fsync its commits; a power cut may lose data',
      );
    }
  }

  async close(): Promise<void> {
    const isRunning = this.#files?.stopped === null;
    if (isRunning && this.#pglite?.closed === false) await this.#pglite.close();
    else this.#files?.closeHandles();
  }

  /** Also after a stop: PostgreSQL recovers what was committed from its log. */
  async #start(): Promise<PGlite> {
    if (performance.now() < this.#notBefore) throw this.#files?.stopped ?? new EngineStoppedError();
    if (this.#files !== null) this.#log.error('the embedded database has stopped; it is started again');
    this.#notBefore = performance.now() + RESTART_PAUSE_MS;
    this.#files?.closeHandles();
    this.#files = new DurableNodeFS(this.#folder);
    try {
      this.#pglite = await startOn(this.#files);
      return this.#pglite;
    } catch (error) {
      this.#files.stopped ??= new EngineStoppedError(error);
      throw this.#files.stopped;
    }
  }
}

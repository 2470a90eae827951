/** The embedded engine: PGlite in a folder or in memory, behind the guards that make it fit for a server. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { PGlite, types } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { Kysely, PGliteDialect, sql } from 'kysely';
import type { PGliteDialectConfig } from 'kysely';
import type { Log } from '../kernel/log.ts';
import { DurableNodeFS, durableStartParams, fsyncFolder, fsyncPath } from './durable-files.ts';
import type { Database } from './engine.ts';
import { databaseError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { debouncedHints, Listeners } from './hints.ts';
import type { Tables } from './tables.ts';

const DATABASE_FOLDER = 'database';
/** What PGlite would take for itself is 128 MB; ours is small and the host's page cache helps. */
const MEMORY_PARAMS = ['-c', 'shared_buffers=32MB'];

/** What both kinds are opened with. Big integers as numbers: our counts and sizes stay far below 2^53. */
const OPTIONS = { extensions: { pg_trgm }, parsers: { [types.INT8]: Number } };

/** Opens (and on the first start creates) the database in a data folder, which it takes for this process alone. */
export async function openEmbedded(dataDir: string, log: Log): Promise<Database> {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  try {
    await createOnFirstStart(folder);
    const files = new DurableNodeFS(join(folder, DATABASE_FOLDER));
    const pglite = await startPGlite(files);
    await warnUnlessDurable(pglite, files, log);
    return databaseOn(pglite, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A database that is gone when closed; `template` is a dump of another one to start from. */
export async function openInMemory(template?: Blob): Promise<Database> {
  return databaseOn(await startInMemory(template), () => {});
}

export async function startInMemory(template?: Blob): Promise<PGlite> {
  const startParams = [...PGlite.defaultStartParams, ...MEMORY_PARAMS];
  const from = template === undefined ? {} : { loadDataDir: template };
  return await PGlite.create('memory://', { ...OPTIONS, ...from, startParams });
}

/** Creates the database beside its place and then moves it there: a first start that is cut off leaves nothing. */
async function createOnFirstStart(folder: string): Promise<void> {
  const place = join(folder, DATABASE_FOLDER);
  if (existsSync(place)) return;
  const unfinished = `${place}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const pglite = await startPGlite(new DurableNodeFS(unfinished));
  await pglite.close();
  fsyncFolder(unfinished);
  renameSync(unfinished, place);
  fsyncPath(folder);
}

async function startPGlite(files: DurableNodeFS): Promise<PGlite> {
  const startParams = [...durableStartParams(PGlite.defaultStartParams), ...MEMORY_PARAMS];
  return await PGlite.create({ ...OPTIONS, fs: files, startParams });
}

/** One commit must reach the disk. If an upgrade of PGlite breaks this, nobody should learn it from a power cut. */
async function warnUnlessDurable(pglite: PGlite, files: DurableNodeFS, log: Log): Promise<void> {
  const before = files.fsyncCount;
  await pglite.query(`select pg_logical_emit_message(true, 'skillconvoy', 'does a commit reach the disk?')`);
  if (files.fsyncCount === before) {
    log.warn('NOT DURABLE: the embedded database does not fsync its commits; a power cut may lose data');
  }
}

export function databaseOn(pglite: PGlite, onClosed: () => void): Database {
  const kysely = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: guarded(pglite) }) });
  const listeners = new Listeners();
  const hints = debouncedHints((channels) => {
    for (const channel of channels) listeners.fire(channel);
  });
  return {
    engine: 'pglite',
    kysely,
    native: { engine: 'pglite', pglite },
    notify: (channel) => hints.send(channel),
    listen: (channel, listener) => listeners.add(channel, listener),
    async checkReady() {
      await sql`select 1`.execute(kysely);
    },
    async vacuum() {
      await sql`vacuum (analyze)`.execute(kysely);
    },
    async close() {
      hints.stop();
      await kysely.destroy();
      if (!pglite.closed) await pglite.close();
      onClosed();
    },
  };
}

type DialectPGlite = Exclude<PGliteDialectConfig['pglite'], (...args: never[]) => unknown>;
type DialectTransaction = Parameters<Parameters<DialectPGlite['transaction']>[0]>[0];
type Queries = Pick<PGlite, 'query' | 'exec'>;

/** PGlite as Kysely sees it. */
function guarded(pglite: PGlite): DialectPGlite {
  return {
    waitReady: pglite.waitReady,
    get ready() {
      return pglite.ready;
    },
    get closed() {
      return pglite.closed;
    },
    close: () => pglite.close(),
    query: guardedQuery(pglite),
    async transaction(callback) {
      let begun = false;
      try {
        return await pglite.transaction(async (tx) => {
          begun = true;
          return await callback({ query: guardedQuery(tx), rollback: () => tx.rollback() });
        });
      } catch (error) {
        if (begun) throw databaseError(error);
        // Kysely waits for a transaction to begin and for nothing else, so this one begins and then fails.
        return await callback(failing(databaseError(error)));
      }
    },
  };
}

/**
 * A query as PGlite wants it. Back-to-back queries are microtasks, which would starve timers and sockets: so each one
 * lets the event loop turn. Without parameters the simple protocol is taken, as `pg` does: scripts may pass.
 */
function guardedQuery(queries: Queries): DialectTransaction['query'] {
  return async function query<T>(text: string, parameters: readonly unknown[] = []) {
    // A text that is no string would leave half a message in PGlite's buffer and spoil the next query.
    if (typeof text !== 'string') throw new TypeError('A query must be a string.');
    await yieldToEventLoop();
    try {
      if (parameters.length > 0) return await queries.query<T>(text, [...parameters]);
      const results = await queries.exec(text);
      // The rows are what the statement selects; the caller names their type, as it does for `query`.
      return (results.at(-1) ?? { rows: [], fields: [] }) as { rows: T[]; fields: [] };
    } catch (error) {
      throw databaseError(error);
    }
  };
}

function failing(error: unknown): DialectTransaction {
  return { query: () => Promise.reject(error), rollback: () => Promise.resolve() };
}

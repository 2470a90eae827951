/** The embedded engine: PGlite in a folder or in memory, behind the guards that make it fit for a server. */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql } from 'kysely';
import type { PGliteDialectConfig } from 'kysely';
import type { Log } from '../kernel/log.ts';
import { type EmbeddedEngine, engineOf, startEngine, startInMemory } from './embedded-engine.ts';
import type { Database, EmbeddedQueries } from './engine.ts';
import { databaseError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { debouncedHints, Listeners } from './hints.ts';
import type { Tables } from './tables.ts';

const DATABASE_FOLDER = 'database';

/** Whether a data folder holds a database already. */
export function hasEmbedded(dataDir: string): boolean {
  return existsSync(embeddedFolder(dataDir));
}

/** Where in a data folder the database is. */
export function embeddedFolder(dataDir: string): string {
  return join(resolve(dataDir), DATABASE_FOLDER);
}

/** Opens (and on the first start creates) the database in a data folder, which it takes for this process alone. */
export async function openEmbedded(dataDir: string, log: Log): Promise<Database> {
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  try {
    return databaseOn(await startEngine(embeddedFolder(folder), log), () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A database that is gone when closed; `template` is a dump of another one to start from. */
export async function openInMemory(template?: Blob): Promise<Database> {
  return databaseOn(engineOf(await startInMemory(template)));
}

export function databaseOn(engine: EmbeddedEngine, onClosed: () => void = () => {}): Database {
  let isClosed = false;
  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    await engine.close();
    onClosed();
  }
  const dialect = new PGliteDialect({ pglite: asDialectWants(engine, close, () => isClosed) });
  const kysely = new Kysely<Tables>({ dialect });
  const listeners = new Listeners();
  const hints = debouncedHints((channels) => {
    for (const channel of channels) listeners.fire(channel);
  });
  return {
    engine: 'pglite',
    kysely,
    native: { engine: 'pglite', pglite: nativeQueries(engine) },
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
      await close();
    },
  };
}

/** For the job library, which writes its own SQL: each query finds the engine that runs now. */
function nativeQueries(engine: EmbeddedEngine): EmbeddedQueries {
  return {
    query: async (text, parameters, options) => {
      await yieldToEventLoop();
      return await (await engine.current()).query(text, parameters, options);
    },
    exec: async (text, options) => {
      await yieldToEventLoop();
      return await (await engine.current()).exec(text, options);
    },
    listen: async (channel, listener) => await (await engine.current()).listen(channel, listener),
  };
}

type DialectPGlite = Exclude<PGliteDialectConfig['pglite'], (...args: never[]) => unknown>;
type DialectTransaction = Parameters<Parameters<DialectPGlite['transaction']>[0]>[0];
type Queries = Pick<PGlite, 'query' | 'exec'>;

function asDialectWants(
  engine: EmbeddedEngine,
  close: () => Promise<void>,
  isClosed: () => boolean,
): DialectPGlite {
  return {
    waitReady: Promise.resolve(),
    ready: true,
    get closed() {
      return isClosed();
    },
    close,
    query: guardedQuery(() => engine.current()),
    async transaction(callback) {
      let begun = false;
      try {
        const pglite = await engine.current();
        return await pglite.transaction(async (tx) => {
          begun = true;
          const query = guardedQuery(() => Promise.resolve(tx));
          return await callback({ query, rollback: () => tx.rollback() });
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
function guardedQuery(current: () => Promise<Queries>): DialectTransaction['query'] {
  return async function query<T>(text: string, parameters: readonly unknown[] = []) {
    // A text that is no string would leave half a message in PGlite's buffer and spoil the next query.
    if (typeof text !== 'string') throw new TypeError('A query must be a string.');
    await yieldToEventLoop();
    try {
      const queries = await current();
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

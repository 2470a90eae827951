/** PostgreSQL: a pool that gives up in time, drops dead connections, and survives a restart of the server. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Pool, type PoolClient, TypeOverrides, types } from 'pg';
import type { Log } from '../kernel/log.ts';
import type { Database } from './engine.ts';
import { databaseError, endsConnection } from './errors.ts';
import { debouncedHints, Listeners } from './hints.ts';
import { startListening } from './postgres-listener.ts';
import { type SilenceWatch, watchSilence } from './silent-connections.ts';
import type { Tables } from './tables.ts';

const APPLICATION_NAME = 'skillconvoy';
const POOL_SIZE = 10;
const STATEMENT_TIMEOUT_MS = 15_000;

export function openPostgres(url: string, log: Log): Database {
  const pool = new Pool({
    connectionString: url,
    application_name: APPLICATION_NAME,
    max: POOL_SIZE,
    types: parsers(),
    connectionTimeoutMillis: 4000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: 10_000,
    // What a lost connection left locked is free again after this; no transaction of ours idles.
    idle_in_transaction_session_timeout: 5000,
    // One that was lost without a word is not kept by the server either; the pool drops its own sooner.
    options: '-c idle_session_timeout=60000',
    // For the server that no longer answers at all; longer than what the server itself enforces.
    query_timeout: STATEMENT_TIMEOUT_MS + 5000,
  });
  // Without a handler the loss of an idle connection would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));

  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guarded(pool, url, log) }) });
  const listeners = new Listeners();
  const listening = startListening(url, APPLICATION_NAME, listeners, log);
  const hints = debouncedHints((channels) => {
    sql`select pg_notify(channel, '') from unnest(${channels}::text[]) channel`
      .execute(kysely)
      .catch((error: unknown) => log.debug({ err: error }, 'a hint to other processes was not sent'));
  });

  return {
    engine: 'postgres',
    kysely,
    native: { engine: 'postgres', url },
    notify: (channel) => hints.send(channel),
    listen(channel, listener) {
      listening.want(channel);
      return listeners.add(channel, listener);
    },
    async checkReady() {
      await sql`select 1`.execute(kysely);
    },
    vacuum: () => Promise.resolve(),
    async close() {
      hints.stop();
      await listening.stop();
      await kysely.destroy();
      if (!pool.ended) await pool.end();
    },
  };
}

/** Numbers as numbers on both engines: our counts and sizes stay far below 2^53. */
function parsers(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, Number);
  return overrides;
}

/** The pool as Kysely sees it: errors translated, and a connection that failed or fell silent once not used again. */
function guarded(pool: Pool, url: string, log: Log): PostgresPool {
  let generation = 0;
  const generations = new WeakMap<PoolClient, number>();
  pool.on('connect', (client) => void generations.set(client, generation));
  const silence = watchSilence(url, APPLICATION_NAME, () => {
    generation += 1;
    log.warn('a database connection was half open; it and those opened before are made anew');
  });

  async function connect(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect();
      if (generations.get(client) === generation) return client;
      client.release(true);
    }
  }

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      try {
        return guardedClient(await connect(), silence);
      } catch (error) {
        throw databaseError(error);
      }
    },
  };
}

function guardedClient(client: PoolClient, silence: SilenceWatch): PostgresPoolClient {
  let broken: unknown = null;
  let isReleased = false;
  // An error while nobody waits for this client is told by its next query; unhandled it would end the process.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  const waiting = { pid: pidOf(client), cut: () => release(true) };

  async function query(text: string, values: readonly unknown[]): Promise<unknown> {
    if (broken !== null) throw databaseError(broken);
    const answered = silence.watch(waiting);
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      if (endsConnection(error)) broken = error;
      throw databaseError(error);
    } finally {
      answered();
    }
  }

  /** One that is not kept is cut at once, whoever waits for it. */
  function release(destroy?: boolean | Error): void {
    if (isReleased) return;
    isReleased = true;
    client.off('error', onError);
    client.release(destroy === true || broken !== null);
  }

  return {
    // Kysely's interface is overloaded for cursors, which nothing here uses.
    query: query as PostgresPoolClient['query'],
    release,
  };
}

/** The driver knows it since the connection was made, but does not publish it. */
function pidOf(client: PoolClient): number {
  const pid: unknown = Reflect.get(client, 'processID');
  return typeof pid === 'number' ? pid : 0;
}

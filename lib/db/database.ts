/** One database, two engines: opening it by settings, asking it, and running transactions in it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type {
  Channel,
  Context,
  DatabaseHandle,
  Environment,
  TransactionHandle,
  TxContext,
} from '../kernel/context.ts';
import type { Log } from '../kernel/log.ts';
import type { Settings } from '../kernel/settings.ts';
import { openEmbedded } from './embedded.ts';
import type { Database } from './engine.ts';
import { isRepeatable } from './errors.ts';
import { openPostgres } from './postgres.ts';
import type { Tables } from './tables.ts';

export type { Database } from './engine.ts';

const MAX_TRANSACTION_ATTEMPTS = 3;

interface OpenTransaction extends TransactionHandle {
  readonly kysely: Transaction<Tables>;
  readonly db: DatabaseHandle;
  ended: boolean;
}

/** The transaction that the running code is inside of, whatever context it holds. */
const surrounding = new AsyncLocalStorage<OpenTransaction>();

export async function openDatabase(
  settings: Pick<Settings, 'databaseUrl' | 'dataDir'>,
  log: Log,
): Promise<Database> {
  if (settings.databaseUrl !== null) return openPostgres(settings.databaseUrl, log);
  return await openEmbedded(settings.dataDir, log);
}

/** The query builder of the context's transaction, or of the database outside one. */
export function query(ctx: Context | Environment): Kysely<Tables> {
  const handle = handleOf(ctx);
  if ('ended' in handle) {
    if (handle.ended) throw new Error('This transaction has ended; a query on it was not awaited.');
  } else {
    refuseSecondConnection(ctx.db);
  }
  return handle.kysely;
}

/**
 * Runs `fn` in a transaction (READ COMMITTED), in the one that `ctx` is already inside of if there is one.
 * `fn` may run again after a deadlock, so it must not act on anything but the database.
 */
export async function transaction<T>(ctx: Context, fn: (tx: TxContext) => Promise<T>): Promise<T> {
  if (isInTransaction(ctx)) return await fn(ctx);
  refuseSecondConnection(ctx.db);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runTransaction(ctx, fn);
    } catch (error) {
      if (attempt === MAX_TRANSACTION_ATTEMPTS || !isRepeatable(error)) throw error;
      await pause(Math.random() * 20 * attempt);
    }
  }
}

async function runTransaction<T>(ctx: Context, fn: (tx: TxContext) => Promise<T>): Promise<T> {
  const hints = new Set<Channel>();
  // Hints wait for the commit: sent earlier they would wake readers who cannot see the change yet.
  const db: DatabaseHandle = {
    engine: ctx.db.engine,
    notify: (channel) => void hints.add(channel),
    listen: (channel, listener) => ctx.db.listen(channel, listener),
  };
  const result = await query(ctx)
    .transaction()
    .execute(async (kysely) => {
      const tx: OpenTransaction = { inTransaction: true, kysely, db: ctx.db, ended: false };
      try {
        return await surrounding.run(tx, fn, { ...ctx, db, tx });
      } finally {
        tx.ended = true;
      }
    });
  for (const channel of hints) ctx.db.notify(channel);
  return result;
}

export function isInTransaction(ctx: Context): ctx is TxContext {
  return 'tx' in ctx;
}

/** The kernel's handles are opaque; only this folder makes them, so only here is known what they are. */
function handleOf(ctx: Context | Environment): Database | OpenTransaction {
  return ('tx' in ctx ? ctx.tx : ctx.db) as Database | OpenTransaction;
}

/** The embedded engine has one connection: waiting for it inside its own transaction would never end. */
function refuseSecondConnection(db: DatabaseHandle): void {
  const open = surrounding.getStore();
  if (open !== undefined && !open.ended && open.db === db) {
    throw new Error('Inside a transaction the database is asked through its TxContext only.');
  }
}

/** PostgreSQL going away in every way it does: the process lives, callers are told, and it comes back. */
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { testContext } from '../../test/support/context.ts';
import { openTestDatabase, skipReason, type TestDatabase } from '../../test/support/databases.ts';
import {
  findPostgres,
  type PostgresCluster,
  startPostgresCluster,
} from '../../test/support/postgres-cluster.ts';
import { silentLog } from '../../test/support/templates.ts';
import { until } from '../../test/support/until.ts';
import { AppError } from '../kernel/errors.ts';
import { type Database, query, transaction } from './database.ts';
import { openPostgres } from './postgres.ts';

function isOffline(error: unknown): boolean {
  return error instanceof AppError && error.code === 'offline:database' && error.retryAfter !== undefined;
}

async function isReady(database: Database): Promise<boolean> {
  await database.checkReady();
  return true;
}

describe('PostgreSQL', { skip: skipReason('postgres') }, () => {
  let database: TestDatabase;
  let other: Database;

  before(async () => {
    database = await openTestDatabase('postgres');
    other = openPostgres(database.url ?? '', silentLog);
  });
  after(async () => {
    await other.close();
    await database.close();
  });

  async function terminateOthers(): Promise<void> {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(other.kysely);
  }

  it('brings hints to other processes, also after its connections were terminated', async () => {
    let heard = 0;
    const stop = database.listen('runs_queued', () => (heard += 1));
    const notified = () => {
      other.notify('runs_queued');
      return heard > 0;
    };
    await until('a hint arrives', notified);
    await terminateOthers();
    heard = 0;
    await until('listeners are told to catch up', () => heard > 0);
    heard = 0;
    await until('hints arrive again', notified);
    stop();
  });

  it('survives the loss of idle connections', async () => {
    await Promise.all(Array.from({ length: 5 }, () => database.checkReady()));
    await terminateOthers();
    for (let round = 0; round < 5; round += 1) {
      await until('the database is ready again', () => isReady(database), { within: 2000 });
    }
  });

  it('says offline:database when the connection is lost inside a transaction, and keeps nothing', async () => {
    const ctx = testContext(database);
    const failing = transaction(ctx, async (tx) => {
      await query(tx)
        .insertInto('blobs')
        .values({ digest: 'lost', size_bytes: 0, bytes: new Uint8Array() })
        .execute();
      await terminateOthers();
      await query(tx).selectFrom('blobs').selectAll().execute();
    });
    await assert.rejects(failing, isOffline);
    const rows = await query(ctx).selectFrom('blobs').select('digest').where('digest', '=', 'lost').execute();
    assert.deepEqual(rows, []);
  });

  it('runs a transaction again when it was the victim of a deadlock', async () => {
    const ctx = testContext(database);
    for (const digest of ['a', 'b']) {
      await query(ctx)
        .insertInto('blobs')
        .values({ digest, size_bytes: 0, bytes: new Uint8Array() })
        .execute();
    }
    let waiting = 0;
    let runs = 0;
    const cross = (first: string, second: string) =>
      transaction(ctx, async (tx) => {
        const add = (digest: string) =>
          query(tx)
            .updateTable('blobs')
            .set((eb) => ({ size_bytes: eb('size_bytes', '+', 1) }))
            .where('digest', '=', digest)
            .execute();
        runs += 1;
        await add(first);
        waiting += 1;
        await until('both hold one row', () => waiting >= 2);
        await add(second);
      });
    await Promise.all([cross('a', 'b'), cross('b', 'a')]);
    // Whoever was the victim may be it once more.
    assert.ok(runs >= 3, String(runs));
    const rows = await query(ctx)
      .selectFrom('blobs')
      .select('size_bytes')
      .where('digest', 'in', ['a', 'b'])
      .execute();
    assert.deepEqual(rows, [{ size_bytes: 2 }, { size_bytes: 2 }]);
  });

  it('is told apart from a wrong statement', async () => {
    await assert.rejects(sql`select no_such_column`.execute(database.kysely), { code: '42703' });
  });

  it('answers offline:database within seconds when every connection is taken', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holders = Array.from({ length: 10 }, () => other.kysely.connection().execute(() => released));
    const start = performance.now();
    await assert.rejects(other.checkReady(), isOffline);
    assert.ok(performance.now() - start < 8000);
    release();
    await Promise.all(holders);
    await other.checkReady();
  });
});

describe('a PostgreSQL server that fails', {
  skip: findPostgres() === null ? 'no PostgreSQL here' : false,
}, () => {
  let cluster: PostgresCluster;

  before(async () => {
    cluster = await startPostgresCluster(findPostgres() ?? '');
  });
  after(() => cluster.stop());

  it('is offline while it is down, and used again once it is up', async () => {
    const database = openPostgres(cluster.url, silentLog);
    let heard = 0;
    database.listen('runs_queued', () => (heard += 1));
    await database.checkReady();
    await cluster.crash();
    await assert.rejects(database.checkReady(), isOffline);
    await assert.rejects(
      database.kysely.transaction().execute((tx) => sql`select 1`.execute(tx)),
      isOffline,
    );
    await cluster.restart();
    await until('it is ready again', () => isReady(database));
    await until('hints arrive again', () => {
      database.notify('runs_queued');
      return heard > 0;
    });
    await database.close();
  });

  it('closes at once while the server cannot be reached', async () => {
    const silent = await startBlackHole();
    const database = openPostgres(`postgres://postgres@127.0.0.1:${silent.port}/postgres`, silentLog);
    database.listen('runs_queued', () => {});
    await assert.rejects(database.checkReady(), isOffline);
    const start = performance.now();
    await database.close();
    assert.ok(performance.now() - start < 6000);
    await silent.close();
  });
});

/** Takes connections and never answers. */
async function startBlackHole(): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

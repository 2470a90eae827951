/** Transactions, hints and value types, the same on both engines. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { testContext } from '../../test/support/context.ts';
import { describeEachEngine, type TestDatabase } from '../../test/support/databases.ts';
import { until } from '../../test/support/until.ts';
import type { Context } from '../kernel/context.ts';
import { query, transaction } from './database.ts';
import { isUniqueViolation } from './errors.ts';

describeEachEngine('database', (open) => {
  let database: TestDatabase;
  let ctx: Context;

  before(async () => {
    database = await open();
    ctx = testContext(database);
  });

  async function insertBlob(context: Context, digest: string): Promise<void> {
    await query(context)
      .insertInto('blobs')
      .values({ digest, size_bytes: 1, bytes: new Uint8Array([0, 255]) })
      .execute();
  }

  async function hasBlob(digest: string): Promise<boolean> {
    const row = await query(ctx)
      .selectFrom('blobs')
      .select('digest')
      .where('digest', '=', digest)
      .executeTakeFirst();
    return row !== undefined;
  }

  it('commits, and gives back what the function returned', async () => {
    assert.equal(await transaction(ctx, async (tx) => (await insertBlob(tx, 'kept'), 'done')), 'done');
    assert.ok(await hasBlob('kept'));
  });

  it('keeps nothing when the function throws', async () => {
    const failing = transaction(ctx, async (tx) => {
      await insertBlob(tx, 'undone');
      throw new Error('no');
    });
    await assert.rejects(failing, /^Error: no$/);
    assert.ok(!(await hasBlob('undone')));
  });

  it('uses the outer transaction when there is one', async () => {
    const failing = transaction(ctx, async (tx) => {
      await transaction(tx, async (inner) => {
        assert.equal(inner, tx);
        await insertBlob(inner, 'inner');
      });
      throw new Error('no');
    });
    await assert.rejects(failing, /^Error: no$/);
    assert.ok(!(await hasBlob('inner')));
  });

  it('refuses to be asked outside of the transaction that the code is inside of', async () => {
    await transaction(ctx, async () => {
      assert.throws(() => query(ctx), /through its TxContext only/);
      await assert.rejects(
        transaction(ctx, () => Promise.resolve()),
        /through its TxContext only/,
      );
    });
    assert.ok(query(ctx));
  });

  it('refuses a transaction that has ended', async () => {
    const ended = await transaction(ctx, (tx) => Promise.resolve(tx));
    assert.throws(() => query(ended), /has ended/);
  });

  it('runs again after a serialization failure, three times at most, and only where it began', async () => {
    let outer = 0;
    let inner = 0;
    const failing = transaction(ctx, async (tx) => {
      outer += 1;
      await transaction(tx, async (nested) => {
        inner += 1;
        await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(query(nested));
      });
    });
    await assert.rejects(failing, { code: '40001' });
    assert.deepEqual({ outer, inner }, { outer: 3, inner: 3 });
  });

  it('does not run again after any other refusal, and names the constraint', async () => {
    let runs = 0;
    await insertBlob(ctx, 'twice');
    const failing = transaction(ctx, async (tx) => {
      runs += 1;
      await insertBlob(tx, 'twice');
    });
    await assert.rejects(failing, (error) => isUniqueViolation(error, 'blobs_pkey'));
    assert.equal(runs, 1);
  });

  it('sends the hints of a transaction after its commit, and none after a rollback', async () => {
    let heard = 0;
    const stop = database.listen('runs_changed', () => (heard += 1));
    await until('the channel is listened to', () => {
      database.notify('runs_changed');
      return heard > 0;
    });
    await pause(100);
    heard = 0;
    await transaction(ctx, async (tx) => {
      tx.db.notify('runs_changed');
      tx.db.notify('runs_changed');
      await pause(100);
      assert.equal(heard, 0);
    });
    await until('the hint arrives', () => heard > 0);
    assert.equal(heard, 1, 'a burst is one hint');

    const failing = transaction(ctx, (tx) => {
      tx.db.notify('runs_changed');
      throw new Error('no');
    });
    await assert.rejects(failing);
    await pause(100);
    assert.equal(heard, 1);
    stop();
    database.notify('runs_changed');
    await pause(100);
    assert.equal(heard, 1, 'nothing is heard after stopping');
  });

  it('reads values as the same types', async () => {
    const { rows } = await sql`
      select count(*) as count, 5::int8 as big, ${'{"a":[1]}'}::jsonb as json, '{x,y}'::text[] as list,
        '2026-01-02T03:04:05.678Z'::timestamptz as time, null::int8 as nothing, decode('00ff', 'hex') as bytes
      from blobs where digest = ${'none'}`.execute(query(ctx));
    const { bytes, ...row } = rows[0] as { bytes: Uint8Array };
    assert.deepEqual(row, {
      count: 0,
      big: 5,
      json: { a: [1] },
      list: ['x', 'y'],
      time: new Date('2026-01-02T03:04:05.678Z'),
      nothing: null,
    });
    assert.ok(bytes instanceof Uint8Array);
    assert.deepEqual([...bytes], [0, 255]);
  });

  it('runs many statements at once when they have no parameters', async () => {
    await sql
      .raw('create table one (id integer); insert into one values (1); select id from one')
      .execute(query(ctx));
    const { rows } = await sql`select id from one`.execute(query(ctx));
    assert.deepEqual(rows, [{ id: 1 }]);
  });

  it('is ready', async () => {
    await database.checkReady();
    await database.vacuum();
  });
});

/** Keys are made, listed and revoked by admins only, with an audit row each; the first one is made once. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { sql } from 'kysely';
import { testContext } from '../../test/support/context.ts';
import { describeEachEngine } from '../../test/support/databases.ts';
import { until } from '../../test/support/until.ts';
import { createKeyAuthenticator } from '../auth/authenticate-key.ts';
import { query, transaction } from '../db/database.ts';
import { type Context, ROLES } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { createKey, ensureFirstKey } from './create-key.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';

const isRefusal = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

describeEachEngine('keys', (open) => {
  let ctx: Context;
  before(async () => {
    ctx = testContext(await open());
  });

  async function auditOf(id: string): Promise<string[]> {
    const rows = await query(ctx)
      .selectFrom('audit_logs')
      .selectAll()
      .where('target_id', '=', id)
      .orderBy('id')
      .execute();
    return rows.map((row) => `${row.action} ${row.target_name} ${JSON.stringify(row.change)}`);
  }

  it('are stored as a hash and audited without a trace of the key', async () => {
    const made = await createKey(ctx, {
      name: 'robot',
      role: 'viewer',
      expiresAt: '2999-01-01T00:00:00+01:00',
    });
    assert.equal(made.expiresAt, '2998-12-31T23:00:00.000Z');
    const row = await query(ctx)
      .selectFrom('api_keys')
      .selectAll()
      .where('id', '=', made.id)
      .executeTakeFirstOrThrow();
    assert.ok(!JSON.stringify(row).includes(made.key.slice(4, 34)));
    assert.equal(row.key_hash.byteLength, 32);
    const audit = await auditOf(made.id);
    assert.equal(audit.length, 1);
    assert.match(audit[0] ?? '', /^key\.create robot .*"viewer"/);
    assert.ok(!audit[0]?.includes(made.key.slice(4, 34)));
  });

  it('are replaced by one of the same name and role, and go on for the overlap', async () => {
    const old = await createKey(ctx, { name: 'worn', role: 'operator' });
    const fresh = await rotateKey(ctx, old.id, { overlapSeconds: 3600 });
    const keys = createKeyAuthenticator(ctx);
    assert.equal((await keys.authenticate(old.key))?.id, old.id);
    assert.deepEqual(await keys.authenticate(fresh.key), {
      type: 'api_key',
      id: fresh.id,
      name: 'worn',
      role: 'operator',
    });
    assert.equal((await rotateKey(ctx, old.id, { overlapSeconds: 0 })).name, 'worn');
    assert.equal(await createKeyAuthenticator(ctx).authenticate(old.key), null);
    await assert.rejects(rotateKey(ctx, old.id, { overlapSeconds: 0 }), isRefusal('conflict:auth'));
    await assert.rejects(rotateKey(ctx, 'key_none', { overlapSeconds: 0 }), isRefusal('not_found:auth'));
  });

  it('must not be made in the past', async () => {
    const past = { name: 'late', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' } as const;
    await assert.rejects(
      createKey(ctx, past),
      (error) => isRefusal('bad_request:api')(error) && (error as AppError).issues[0]?.path === '/expiresAt',
    );
  });

  it('are revoked once, with one audit row', async () => {
    const { id } = await createKey(ctx, { name: 'lost', role: 'viewer' });
    await revokeKey(ctx, id);
    await revokeKey(ctx, id);
    assert.deepEqual(
      (await auditOf(id)).map((entry) => entry.split(' ')[0]),
      ['key.create', 'key.revoke'],
    );
    await assert.rejects(revokeKey(ctx, 'key_nothing'), isRefusal('not_found:auth'));
  });

  it('are listed newest first, page by page, each once', async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1)
      made.unshift((await createKey(ctx, { name: `n${index}`, role: 'viewer' })).id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listKeys(ctx, { limit: 2, cursor });
      assert.ok(page.items.length <= 2);
      seen.push(...page.items.map(({ id }) => id));
      assert.ok(page.items.every((item) => !('key' in item)));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(seen.slice(0, 5), made);
    assert.equal(new Set(seen).size, seen.length);
    await assert.rejects(listKeys(ctx, { limit: 2, cursor: 'nonsense' }), isRefusal('bad_request:api'));
  });

  for (const role of ROLES.filter((role) => role !== 'admin')) {
    it(`are nothing for the role ${role}`, async () => {
      const small = testContext(ctx.db, { role });
      await assert.rejects(createKey(small, { name: 'x', role: 'viewer' }), isRefusal('forbidden:auth'));
      await assert.rejects(listKeys(small, { limit: 1, cursor: undefined }), isRefusal('forbidden:auth'));
      await assert.rejects(revokeKey(small, 'key_x'), isRefusal('forbidden:auth'));
    });
  }
});

describeEachEngine('the first key', (open, engine) => {
  it('is made once, although many start together, and not at all when one was chosen', async () => {
    const db = await open();
    const chosen = testContext(db, { settings: { adminApiKey: 'x'.repeat(32) } });
    assert.equal(await ensureFirstKey(chosen), null);
    const ctx = testContext(db);
    const made = await Promise.all(Array.from({ length: 4 }, () => ensureFirstKey(ctx)));
    assert.equal(made.filter((key) => key !== null).length, 1);
    const { items } = await listKeys(ctx, { limit: 100, cursor: undefined });
    assert.deepEqual(
      items.map(({ role }) => role),
      ['admin'],
    );
    assert.equal(await ensureFirstKey(ctx), null);
  });

  it('waits for whoever is making one', { skip: engine === 'pglite' }, async () => {
    const ctx = testContext(await open());
    const isHolding = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const other = transaction(ctx, async (tx) => {
      await createKey(tx, { name: 'theirs', role: 'admin' });
      isHolding.resolve();
      await mayEnd.promise;
    });
    await isHolding.promise;
    const ours = { isDone: false };
    const made = ensureFirstKey(ctx).finally(() => {
      ours.isDone = true;
    });
    await until('it waits, or did not', async () => ours.isDone || (await isAnyoneWaiting(ctx)));
    mayEnd.resolve();
    await other;
    assert.equal(await made, null);
  });
});

async function isAnyoneWaiting(ctx: Context): Promise<boolean> {
  const waiting = sql`
    select 1 from pg_locks
    where not granted and relation = 'api_keys'::regclass
      and database = (select oid from pg_database where datname = current_database())`;
  return (await waiting.execute(query(ctx))).rows.length > 0;
}

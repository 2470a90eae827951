/** Which tokens stand for whom, on both engines: bootstrap, usable, expired, revoked. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { sql } from 'kysely';
import { testContext } from '../../test/support/context.ts';
import { describeEachEngine } from '../../test/support/databases.ts';
import { until } from '../../test/support/until.ts';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { createKey } from '../keys/create-key.ts';
import { revokeKey } from '../keys/revoke-key.ts';
import { createKeyAuthenticator } from './authenticate-key.ts';
import { makeKey } from './key-format.ts';

const CHOSEN = 'a chosen key, with spaces and 한글 in it';

describeEachEngine('authentication by key', (open) => {
  let ctx: Context;
  before(async () => {
    ctx = testContext(await open(), { settings: { adminApiKey: CHOSEN } });
  });

  async function usedAt(id: string): Promise<Date | null> {
    const row = await query(ctx)
      .selectFrom('api_keys')
      .select('last_used_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return row.last_used_at;
  }

  it('knows the bootstrap key whatever its form, and only as a whole', async () => {
    const keys = createKeyAuthenticator(ctx);
    assert.deepEqual(await keys.authenticate(CHOSEN), {
      type: 'bootstrap',
      id: 'bootstrap',
      name: 'bootstrap admin',
      role: 'admin',
    });
    for (const token of [CHOSEN.slice(0, -1), `${CHOSEN} `, ''])
      assert.equal(await keys.authenticate(token), null);
    const without = createKeyAuthenticator({ ...ctx, settings: { ...ctx.settings, adminApiKey: null } });
    assert.equal(await without.authenticate(CHOSEN), null);
  });

  it('knows a key that was made, and no other well-formed one', async () => {
    const { id, key } = await createKey(ctx, { name: 'builder', role: 'operator' });
    const keys = createKeyAuthenticator(ctx);
    assert.deepEqual(await keys.authenticate(key), {
      type: 'api_key',
      id,
      name: 'builder',
      role: 'operator',
    });
    assert.equal(await keys.authenticate(makeKey()), null);
  });

  it('refuses a key once it has expired', async () => {
    const { id, key } = await createKey(ctx, {
      name: 'short',
      role: 'viewer',
      expiresAt: '2999-01-01T00:00:00Z',
    });
    assert.ok(await createKeyAuthenticator(ctx).authenticate(key));
    await query(ctx)
      .updateTable('api_keys')
      .set({ expires_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    assert.equal(await createKeyAuthenticator(ctx).authenticate(key), null);
  });

  it('refuses a revoked key within five seconds, where it was remembered too', async () => {
    const { id, key } = await createKey(ctx, { name: 'lost', role: 'viewer' });
    const keys = createKeyAuthenticator(ctx);
    assert.ok(await keys.authenticate(key));
    await revokeKey(ctx, id);
    await until('the key is refused', async () => (await keys.authenticate(key)) === null, {
      within: 5000,
      every: 100,
    });
  });

  it('writes down the use of a key, at most once a minute', async () => {
    const { id, key } = await createKey(ctx, { name: 'used', role: 'viewer' });
    assert.equal(await usedAt(id), null);
    await createKeyAuthenticator(ctx).authenticate(key);
    const first = await usedAt(id);
    assert.ok(first);
    await createKeyAuthenticator(ctx).authenticate(key);
    assert.deepEqual(await usedAt(id), first);
    await query(ctx)
      .updateTable('api_keys')
      .set({ last_used_at: sql<Date>`now() - interval '61 seconds'` })
      .where('id', '=', id)
      .execute();
    await createKeyAuthenticator(ctx).authenticate(key);
    assert.ok(((await usedAt(id)) ?? first) >= first);
  });
});

/** Whoever changes a connection at the same time as somebody else gets their way too, or is told that they did not. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { testContext } from '../../test/support/context.ts';
import { describeEachEngine } from '../../test/support/databases.ts';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { createConnection } from './create-connection.ts';
import { deleteConnection } from './delete-connection.ts';
import { getConnection } from './read-connections.ts';
import { updateConnection } from './update-connection.ts';

describeEachEngine('a connection that two change at once', (open) => {
  /** `meanwhile` is what happens while the provider is asked, from the first such time on. */
  async function connected(): Promise<{ ctx: Context; meanwhile: (() => Promise<unknown>)[] }> {
    const meanwhile: (() => Promise<unknown>)[] = [];
    const ctx = testContext(await open(), {
      async egress() {
        await meanwhile.shift()?.();
        return Response.json({ object: 'list', data: [], has_more: false });
      },
    });
    const { connection } = await createConnection(ctx, {
      slug: 'both',
      kind: 'openai',
      config: {},
      credentials: { apiKey: 'a-key-of-a-test' },
    });
    assert.equal(connection.error, null);
    return { ctx, meanwhile };
  }

  async function audits(ctx: Context): Promise<string[]> {
    const { rows } = await sql<{ fields: string }>`select change ->> 'fields' as fields from audit_logs
      where action = 'provider.update' order by id`.execute(query(ctx));
    return rows.map(({ fields }) => fields);
  }

  const verifying = { status: 'active', config: { maxConcurrent: 3 } } as const;

  it('keeps what each of them changed', async () => {
    const { ctx, meanwhile } = await connected();
    meanwhile.push(async () => await updateConnection(ctx, 'both', { displayName: 'Both' }));
    await updateConnection(ctx, 'both', verifying);
    const { displayName, limits, status } = await getConnection(ctx, 'both');
    assert.deepEqual([displayName, limits.maxConcurrent, status], ['Both', 3, 'active']);
    assert.deepEqual(await audits(ctx), ['["displayName"]', '["status", "config"]']);
  });

  it('is left to the first when the other says what it expects to find', async () => {
    const { ctx, meanwhile } = await connected();
    meanwhile.push(async () => await updateConnection(ctx, 'both', { displayName: 'Both' }));
    await assert.rejects(
      updateConnection(ctx, 'both', verifying, ({ displayName }) => displayName === 'both'),
      { code: 'precondition_failed:api' },
    );
    assert.deepEqual(await audits(ctx), ['["displayName"]']);
  });

  it('is not changed when it is never left alone, or deleted meanwhile, and that is said', async () => {
    const { ctx, meanwhile } = await connected();
    const names = ['One', 'Two', 'Three'];
    meanwhile.push(
      ...names.map((displayName) => async () => await updateConnection(ctx, 'both', { displayName })),
    );
    await assert.rejects(updateConnection(ctx, 'both', verifying), { code: 'conflict:provider' });
    assert.equal((await getConnection(ctx, 'both')).limits.maxConcurrent, null);
    meanwhile.push(async () => await deleteConnection(ctx, 'both', { force: false }));
    await assert.rejects(updateConnection(ctx, 'both', verifying), { code: 'not_found:provider' });
  });
});

/** The scheduled verification: what is wrong with one connection does not keep the others from being verified. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { sql } from 'kysely';
import { testContext, workerContext } from '../../test/support/context.ts';
import { describeEachEngine } from '../../test/support/databases.ts';
import { query } from '../db/database.ts';
import { createConnection } from './create-connection.ts';
import { getConnection } from './read-connections.ts';
import { verifyConnections } from './verify-connections.ts';

describeEachEngine('scheduled verification', (open) => {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-verify-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('goes on after a connection whose credentials cannot be opened', async () => {
    const ctx = testContext(await open());
    for (const slug of ['a-damaged', 'b-fine'])
      await createConnection(ctx, { slug, kind: 'local', config: { path: join(folder, slug) } });
    await sql`update providers set credentials_sealed = 'of a lost key', credential_fingerprint = 'x'
      where slug = 'a-damaged'`.execute(query(ctx));
    await sql`update providers set checked_at = null`.execute(query(ctx));
    await verifyConnections(workerContext(ctx));
    assert.notEqual((await getConnection(ctx, 'b-fine')).connection.checkedAt, null);
    assert.equal((await getConnection(ctx, 'a-damaged')).connection.checkedAt, null);
  });
});

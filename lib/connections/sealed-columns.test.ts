/** The list of what is sealed leaves nothing out: neither a caller of `seal` nor a column. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { sql } from 'kysely';
import { readSources } from '../../test/architecture.ts';
import { testContext } from '../../test/support/context.ts';
import { describeEachEngine } from '../../test/support/databases.ts';
import { query } from '../db/database.ts';
import { columnName, SEALED_COLUMNS } from './sealed-columns.ts';

/** Who seals what. Whoever adds a caller adds its column to the list. */
const SEALERS: Readonly<Record<string, string>> = {
  'lib/alerts/target.ts': 'alert_channels.target_sealed',
  'lib/chatops/surfaces/job-content.ts': 'chat_jobs.content_sealed',
  'lib/connections/credentials.ts': 'providers.credentials_sealed',
  'lib/skills/refs/repositories.ts': 'skill_repositories.token_sealed',
  'lib/skills/imports/start-import.ts': 'skill_imports.token_sealed',
};
const REWRAPPER = 'lib/connections/rewrap-secrets.ts';

it('every caller of seal has its column in the list', () => {
  const root = join(import.meta.dirname, '../..');
  const callers = readSources(root, ['lib'])
    .filter(({ path, text }) => !path.endsWith('.test.ts') && /\.seal\(|\{[^}]*\bseal\b[^}]*\} = /.test(text))
    .map(({ path }) => path)
    .filter((path) => path !== REWRAPPER);
  assert.deepEqual(callers.toSorted(), Object.keys(SEALERS).toSorted());
  assert.deepEqual(Object.values(SEALERS).toSorted(), SEALED_COLUMNS.map(columnName).toSorted());
});

describeEachEngine('the tables', (open) => {
  it('have no sealed column that is not in the list, and a fingerprint for each that has one', async () => {
    const ctx = testContext(await open());
    const named = async (pattern: string) => {
      const { rows } = await sql<{ name: string }>`
        select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = 'public' and column_name like ${pattern}`.execute(query(ctx));
      return rows.map(({ name }) => name).toSorted();
    };
    assert.deepEqual(await named('%sealed%'), SEALED_COLUMNS.map(columnName).toSorted());
    const fingerprints = SEALED_COLUMNS.flatMap(({ table, fingerprint }) =>
      fingerprint === null ? [] : `${table}.${fingerprint}`,
    );
    const keyed = (await named('%fingerprint')).filter((name) => !name.startsWith('idempotency_keys.'));
    assert.deepEqual(keyed, fingerprints.toSorted());
  });
});

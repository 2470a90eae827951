/** A process that starts scans what waits for its rules, by itself. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Client } from 'pg';
import { createEmptyPostgres, skipReason } from '../support/databases.ts';
import { startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';

it('content from before there were scans is scanned at the start', {
  skip: skipReason('postgres'),
}, async () => {
  const database = await createEmptyPostgres();
  const environment = {
    DATABASE_URL: database.url,
    ADMIN_API_KEY: KEY,
    ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
  };
  async function ask(address: string, method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    const answer = await fetch(`${address}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  }
  const first = startServer(environment);
  await ask(await first.ready(), 'POST', '/api/skills', inlineSkill('older'));
  first.kill('SIGTERM');
  assert.equal(await first.ended, 0, first.output());

  const client = new Client({ connectionString: database.url });
  await client.connect();
  // As the migration leaves it.
  await client.query(`delete from skill_scans`);
  await client.query(`insert into skill_scans (digest, rule_set, status)
    select distinct digest, '', 'pending' from skill_versions`);
  await client.end();

  const second = startServer(environment);
  try {
    const address = await second.ready();
    const path = '/api/skills/older/versions/1/findings';
    const shown = await until(
      'it was scanned',
      async () => {
        const findings = await ask(address, 'GET', path);
        return findings['status'] === 'done' ? findings : null;
      },
      { within: 60_000 },
    );
    assert.equal(shown['blocked'], false);
  } finally {
    second.kill('SIGTERM');
    await second.ended;
    await database.drop();
  }
});

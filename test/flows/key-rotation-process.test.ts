/** A new encryption key as an operator brings it in: by starting the program with it, and by its command. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { sql } from 'kysely';
import { query, transaction } from '../../lib/db/database.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { startImport } from '../../lib/skills/imports/start-import.ts';
import { testContext } from '../support/context.ts';
import { openTestDatabase, skipReason } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const keys = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
const [OLD = '', NEW = '', NEWEST = ''] = keys.map((key) => key.toString('base64'));
const [oldId, newId] = keys.map(
  (key) => testContext({} as never, { encryptionKeys: [key] }).secretBox.keyIds[0],
);
const started: ServerProcess[] = [];

after(async () => {
  for (const server of started) server.kill('SIGKILL');
  await Promise.all(started.map((server) => server.ended));
});

function start(environment: Readonly<Record<string, string>>, ...words: string[]): ServerProcess {
  const server = startServer({ ADMIN_API_KEY: KEY, ...environment }, words);
  started.push(server);
  return server;
}

async function stop(server: ServerProcess): Promise<void> {
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.output());
}

describe('a new encryption key of an embedded database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-rotation-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const withKeys = (...ring: string[]) => ({ DATA_DIR: folder, ENCRYPTION_KEY: ring.join(',') });

  it('is put on by the command, while no server holds the folder; then the old one is not needed', async () => {
    const server = start(withKeys(OLD));
    await server.ready();
    const refused = start(withKeys(NEW, OLD), 'rewrap');
    assert.equal(await refused.ended, 1);
    assert.match(
      refused.output(),
      new RegExp(`^skillconvoy cannot rewrap: .* in use by process ${server.pid}\\.`),
    );
    await stop(server);

    const early = start(withKeys(NEW));
    assert.equal(await early.ended, 1);
    assert.match(
      early.output(),
      new RegExp(`^skillconvoy cannot start: ENCRYPTION_KEY: .*${oldId}[^\\n]*\\n$`),
    );

    const command = start(withKeys(NEW, OLD), 'rewrap');
    assert.equal(await command.ended, 0, command.output());
    assert.match(command.output(), new RegExp(`^3 secrets were sealed anew with key ${newId}\\n`));
    assert.match(command.output(), new RegExp(`keys in use: ${newId}\\n`));
    assert.doesNotMatch(command.output(), new RegExp(String(oldId)));
    const late = start(withKeys(NEW));
    await late.ready();
    await stop(late);
  });

  it('is put on when a server starts with it', async () => {
    const server = start(withKeys(NEWEST, NEW));
    const address = await server.ready();
    await until(
      'the audit log says so',
      async () => {
        const answer = await fetch(`${address}/api/audit-logs?limit=100`, {
          headers: { authorization: `Bearer ${KEY}` },
        });
        const { items } = (await answer.json()) as {
          items: { action: string; change: { from?: string } | null }[];
        };
        return items.some(({ action, change }) => action === 'key.rewrap' && change?.from === newId);
      },
      { within: 20_000 },
    );
    await stop(server);
    const command = start(withKeys(NEWEST), 'rewrap');
    assert.equal(await command.ended, 0, command.output());
    assert.match(command.output(), /^0 secrets/);
  });
});

describe('a new encryption key on PostgreSQL', { skip: skipReason('postgres') }, () => {
  it('is put on the rest after the command was killed in the middle of a batch', async () => {
    const ROWS = 120;
    const database = await openTestDatabase('postgres');
    const other = openPostgres(database.url ?? '', silentLog);
    const ctx = testContext(database, { encryptionKeys: keys.slice(0, 1) });
    const source = { type: 'git', url: 'https://git.example.com/x.git', token: 'a-secret-token' } as const;
    for (let made = 0; made < ROWS; made += 1) await startImport(ctx, { source, tags: [] });
    const environment = { DATABASE_URL: database.url ?? '', ENCRYPTION_KEY: `${NEW},${OLD}` };
    const counts = async () => {
      const { rows } = await sql<{ rewrapped: number; told: number }>`
        select (select count(*)::int from skill_imports where token_sealed like ${`v1.${newId}.%`}) as rewrapped,
          (select coalesce(sum((change ->> 'count')::int), 0)::int from audit_logs where action = 'key.rewrap') as told`.execute(
        query(ctx),
      );
      return rows[0];
    };

    await transaction(testContext(other), async (tx) => {
      await sql`select from skill_imports where id = (
        select id from skill_imports order by id offset ${ROWS / 2} limit 1) for update`.execute(query(tx));
      const killed = start(environment, 'rewrap');
      await until(
        'the second batch waits',
        async () => {
          const { rows } = await sql`select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`.execute(query(ctx));
          return rows.length > 0;
        },
        { within: 30_000 },
      );
      killed.kill('SIGKILL');
      await killed.ended;
      assert.deepEqual(await counts(), { rewrapped: 50, told: 50 });
    });
    const second = start(environment, 'rewrap');
    assert.equal(await second.ended, 0, second.output());
    assert.match(second.output(), /^70 secrets/);
    assert.deepEqual(await counts(), { rewrapped: ROWS, told: ROWS });
    await other.close();
    await database.close();
  });
});

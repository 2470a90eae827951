/** What is over goes when its time is over, and nothing that is still needed goes with it. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { pruneChat } from '../../lib/chatops/prune-chat.ts';
import type { Context } from '../../lib/kernel/context.ts';
import { pruneEvents, pruneRuns } from '../../lib/runs/prune-runs.ts';
import { pruneBlobs } from '../../lib/skills/prune-blobs.ts';
import { type EmulatedProviders, startApp, startProviders, type TestApp } from '../support/app.ts';
import { workerContext } from '../support/context.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const DAY_MS = 24 * 3_600_000;

describeEachEngine('retention', (open) => {
  let db: TestDatabase;
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    db = await open();
    providers = await startProviders();
    app = await startApp(db);
    assert.equal((await app.call('POST', '/api/providers', providers.connections.local)).status, 201);
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  /** As the program is so many days from now, keeping everything for ten. */
  function inDays(days: number): Context {
    const retention = { runDays: 10, eventDays: 10, chatDays: 10, blobDays: 10, idempotencyKeyHours: 24 };
    const clock = { now: () => new Date(Date.now() + days * DAY_MS) };
    return { ...workerContext(app.ctx), clock, settings: { ...app.ctx.settings, retention } };
  }

  async function made(path: string, body: object) {
    const { status, body: answer } = await app.call('POST', path, body);
    assert.ok(status < 300, JSON.stringify(answer));
    return answer;
  }

  async function run(body: object): Promise<string> {
    const { runIds } = await made('/api/install-runs', { providers: ['local-test'], ...body });
    const [id = ''] = runIds as string[];
    await until('the run has ended', async () => {
      return (await app.call('GET', `/api/install-runs/${id}`)).body['finishedAt'];
    });
    return id;
  }

  const statusOf = async (path: string) => (await app.call('GET', path)).status;
  const count = async (table: string): Promise<number> =>
    Number(
      (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db.kysely)).rows[0]?.n,
    );

  it('forgets runs with their batches and events, but none that tells what is installed', async () => {
    await made('/api/skills', inlineSkill('kept'));
    await made('/api/skills', inlineSkill('gone'));
    const installed = await run({ skill: 'kept' });
    const replaced = await run({ skill: 'gone' });
    const removed = await run({ skill: 'gone', action: 'uninstall' });
    assert.equal(await pruneRuns(inDays(5)), 0, 'nothing is old enough');
    assert.equal(await pruneRuns(inDays(11)), 2);
    assert.equal(await statusOf(`/api/install-runs/${installed}`), 200);
    for (const id of [replaced, removed]) assert.equal(await statusOf(`/api/install-runs/${id}`), 404);
    assert.equal(await count('install_batches'), 1);
    const left = await sql<{ run_id: string }>`select distinct run_id from run_events`.execute(db.kysely);
    assert.deepEqual(left.rows, [{ run_id: installed }]);
    assert.ok((await pruneEvents(inDays(11))) > 0);
    assert.equal(await count('run_events'), 0);
    assert.equal(await statusOf(`/api/install-runs/${installed}/events`), 200);
    assert.equal(await statusOf('/api/audit-logs/verify'), 200);
    await run({ skill: 'kept', action: 'uninstall' });
  });

  it('forgets a run that was done again only after the other', async () => {
    const first = await run({ skill: 'kept', providers: ['local-test'] });
    await sql`update installations set installed_by = null`.execute(db.kysely);
    const again = await made('/api/install-runs', { skill: 'kept', providers: ['local-test'] });
    const [second = ''] = again['runIds'] as string[];
    await until(
      'it has ended',
      async () => (await app.call('GET', `/api/install-runs/${second}`)).body['finishedAt'],
    );
    await sql`update installations set installed_by = null`.execute(db.kysely);
    await sql`alter table install_runs disable trigger user`.execute(db.kysely);
    await sql`update install_runs set retry_of = ${first} where id = ${second}`.execute(db.kysely);
    await sql`alter table install_runs enable trigger user`.execute(db.kysely);
    await pruneRuns(inDays(11));
    assert.deepEqual(
      [await statusOf(`/api/install-runs/${first}`), await statusOf(`/api/install-runs/${second}`)],
      [200, 404],
    );
    await pruneRuns(inDays(11));
    assert.equal(await statusOf(`/api/install-runs/${first}`), 404);
  });

  it('forgets messages', async () => {
    await made('/api/chat-ops', { message: 'install kept on local-test' });
    await until('its run has ended', async () => {
      const { body } = await app.call('GET', '/api/install-runs?limit=1');
      return (body['items'] as { finishedAt: string | null }[])[0]?.finishedAt;
    });
    assert.equal(await pruneChat(inDays(5)), 0);
    await sql`update installations set installed_by = null`.execute(db.kysely);
    assert.equal(await pruneRuns(inDays(11)), 1, 'a message that led to a run does not hold it');
    assert.equal(await pruneChat(inDays(11)), 1);
  });

  it('forgets the files of skills that were deleted, but none that another version has', async () => {
    const blobs = await count('blobs');
    await made('/api/skills', inlineSkill('short-lived', 'Only here.'));
    assert.equal(await count('blobs'), blobs + 1);
    assert.equal((await app.call('DELETE', '/api/skills/short-lived')).status, 204);
    assert.equal(await pruneBlobs(inDays(5)), 0);
    assert.equal(await pruneBlobs(inDays(11)), 1);
    assert.equal(await count('blobs'), blobs);
    const file = '/api/skills/kept/versions/latest/files/SKILL.md';
    assert.equal(await statusOf(file), 200);
  });

  it('never takes a file away from an upload that needs it at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const skill = inlineSkill(`again-${round}`, 'The same words each time.');
      await made('/api/skills', skill);
      await app.call('DELETE', `/api/skills/again-${round}`);
      await sql`update blobs set created_at = now() - interval '30 days'`.execute(db.kysely);
      const [, answer] = await Promise.all([pruneBlobs(inDays(0)), app.call('POST', '/api/skills', skill)]);
      assert.equal(answer.status, 201);
      assert.equal(await statusOf(`/api/skills/again-${round}/versions/latest/files/SKILL.md`), 200);
    }
  });
});

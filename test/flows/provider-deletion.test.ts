/** What becomes of a deleted provider: nothing finds it, nothing works at it, and its history stays. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { deleteConnection } from '../../lib/connections/delete-connection.ts';
import { listConnections } from '../../lib/connections/read-connections.ts';
import { ensureSandboxConnections } from '../../lib/connections/sandbox.ts';
import { type Database, query, transaction } from '../../lib/db/database.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { createRuns } from '../../lib/runs/create-runs.ts';
import { CreateRuns } from '../../lib/runs/schema.ts';
import {
  type Answer,
  type AnswerBody,
  type EmulatedProviders,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { testContext } from '../support/context.ts';
import { describeEachEngine, openTestDatabase, skipReason, type TestDatabase } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

const RUNS = '/api/install-runs';

describeEachEngine('a provider that is deleted', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open());
    for (const body of Object.values(providers.connections))
      await expect(201, app.call('POST', '/api/providers', body));
    for (const name of ['first', 'second'])
      await expect(201, app.call('POST', '/api/skills', inlineSkill(name)));
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  async function ended(id: string): Promise<AnswerBody> {
    return await until(`${id} has ended`, async () => {
      const { body } = await app.call('GET', `${RUNS}/${id}`);
      return body['finishedAt'] === null ? null : body;
    });
  }

  async function run(body: object): Promise<AnswerBody> {
    const { body: asked } = await expect(202, app.call('POST', RUNS, body));
    const [id] = asked['runIds'] as string[];
    return await ended(id ?? '');
  }

  async function auditOf(id: string): Promise<{ action: string; change: AnswerBody }[]> {
    const { body } = await app.call('GET', `/api/audit-logs?target=${id}&limit=100`);
    return body['items'] as { action: string; change: AnswerBody }[];
  }

  it('must first hold no skill; what it held can be uninstalled, and then it goes', async () => {
    assert.equal((await run({ skill: 'first', providers: ['openai-test'] }))['status'], 'success');
    const refused = await expect(409, app.call('DELETE', '/api/providers/openai-test'));
    assert.equal(refused.body['code'], 'conflict:provider');
    assert.deepEqual([refused.body['skills'], refused.body['runIds']], [['first'], []]);
    assert.match(String(refused.body['detail']), /openai-test holds first; uninstall .*force=true/);
    await run({ skill: 'first', providers: ['openai-test'], action: 'uninstall' });
    await expect(204, app.call('DELETE', '/api/providers/openai-test'));
    await expect(404, app.call('DELETE', '/api/providers/openai-test'));
  });

  it('is found by nobody, by slug or by id, and its credentials are nowhere', async () => {
    const { body: connection } = await expect(200, app.call('GET', '/api/providers/gemini-test'));
    const id = String(connection['id']);
    await expect(204, app.call('DELETE', `/api/providers/${id}`));
    for (const name of [id, 'gemini-test']) {
      await expect(404, app.call('GET', `/api/providers/${name}`));
      await expect(404, app.call('PATCH', `/api/providers/${name}`, { displayName: 'x' }));
      await expect(404, app.call('POST', `/api/providers/${name}/verify`));
      for (const list of ['installations', 'checks'])
        await expect(404, app.call('GET', `/api/providers/${name}/${list}`));
      await expect(404, app.call('GET', `/api/skills?provider=${name}`));
      const asked = await expect(404, app.call('POST', RUNS, { skill: 'first', providers: [name] }));
      assert.equal(asked.body['code'], 'not_found:provider');
    }
    const { body } = await expect(200, app.call('GET', '/api/providers'));
    assert.ok((body['items'] as { id: string }[]).every((item) => item.id !== id));
    const chat = await app.call('POST', '/api/chat-ops', { message: 'install first on gemini-test' });
    assert.equal(chat.body['accepted'], false);
    const { rows } = await sql<{
      row: string;
    }>`select providers::text as row from providers where id = ${id}`.execute(query(app.ctx));
    assert.ok(rows[0]?.row.includes('gemini-test'));
    assert.ok(!rows[0]?.row.includes('v1.'), 'nothing sealed is left');
    const [deleted] = await auditOf(id);
    assert.deepEqual(
      [deleted?.action, deleted?.change['force'], deleted?.change['forgottenInstallations']],
      ['provider.delete', false, 0],
    );
  });

  it('by force is forgotten with what it holds, which stays at the provider', async () => {
    const done = await run({ skill: 'first', providers: ['local-test'] });
    const { body: connection } = await app.call('GET', '/api/providers/local-test');
    await expect(409, app.call('DELETE', '/api/providers/local-test?force=false'));
    await expect(400, app.call('DELETE', '/api/providers/local-test?force=maybe'));
    const before = providers.ledger.entries().length;
    await expect(204, app.call('DELETE', '/api/providers/local-test?force=true'));
    assert.equal(providers.ledger.entries().length, before, 'no provider was asked for anything');
    assert.ok(existsSync(join(providers.folder, 'skills', 'first', 'SKILL.md')));
    const { body: left } = await app.call('GET', '/api/installations?skill=first');
    assert.deepEqual(left['items'], []);
    const [deleted] = await auditOf(String(connection['id']));
    assert.deepEqual([deleted?.change['force'], deleted?.change['forgottenInstallations']], [true, 1]);

    const { body: shown } = await expect(200, app.call('GET', `${RUNS}/${String(done['id'])}`));
    assert.deepEqual(shown['provider'], done['provider'], 'its runs still name it');
    await expect(200, app.call('GET', `/api/install-batches/${String(done['batchId'])}`));
    const { body: again } = await expect(
      201,
      app.call('POST', '/api/providers', providers.connections.local),
    );
    assert.notEqual(again['id'], connection['id']);
    const both = await app.call('GET', `${RUNS}?provider=local-test`);
    assert.deepEqual(both.body['items'], [], 'the new one has a history of its own');
    await expect(409, app.call('POST', '/api/providers', providers.connections.local));
    await expect(204, app.call('DELETE', '/api/providers/local-test'));
    await expect(201, app.call('POST', '/api/providers', providers.connections.local));
  });

  it('has no run at work on it, by force or without', async () => {
    providers.faults.claude.script.push({ match: { method: 'POST' }, delayMs: 700 });
    const target = { skills: ['first', 'second'], providers: ['claude-test'] };
    const { body: asked } = await expect(202, app.call('POST', RUNS, target));
    const runIds = asked['runIds'] as string[];
    for (const path of ['/api/providers/claude-test', '/api/providers/claude-test?force=true']) {
      const refused = await expect(409, app.call('DELETE', path));
      assert.equal(refused.body['code'], 'conflict:provider');
      const named = refused.body['runIds'] as string[];
      assert.ok(named.length > 0 && named.every((id) => runIds.includes(id)), JSON.stringify(refused.body));
      assert.match(String(refused.body['detail']), /cancel/);
    }
    for (const id of runIds) assert.equal((await ended(id))['status'], 'success');
    await expect(204, app.call('DELETE', '/api/providers/claude-test?force=true'));
  });

  it('is for admins', async () => {
    const { body } = await app.call('POST', '/api/keys', { name: 'operator', role: 'operator' });
    const key = String(body['key']);
    await expect(403, app.call('DELETE', '/api/providers/local-test', undefined, { key }));
    await expect(204, app.call('DELETE', '/api/providers/local-test'));
  });
});

describe('a provider that somebody else is deleting', { skip: skipReason('postgres') }, () => {
  let database: TestDatabase;
  let other: Database;
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    database = await openTestDatabase('postgres');
    other = openPostgres(database.url ?? '', silentLog);
    providers = await startProviders();
    app = await startApp(database, { isWorking: false });
    await expect(201, app.call('POST', '/api/providers', providers.connections.local));
    await expect(201, app.call('POST', '/api/skills', inlineSkill('wanted')));
  });
  after(async () => {
    await app.close();
    await providers.close();
    await other.close();
    await database.close();
  });

  async function untilWaiting(): Promise<void> {
    await until('the request waits', async () => {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(database.kysely);
      return rows.length > 0;
    });
  }

  it('is not deleted when a run was made first, and takes no run once it is deleted', async () => {
    const install = CreateRuns.parse({ skill: 'wanted', providers: ['local-test'] });
    const { deleting, runIds } = await transaction(testContext(other), async (tx) => {
      const { created } = await createRuns(tx, install, null);
      const deleting = app.call('DELETE', '/api/providers/local-test?force=true');
      await untilWaiting();
      return { deleting: () => deleting, runIds: created.runIds };
    });
    const refused = await expect(409, deleting());
    assert.deepEqual(refused.body['runIds'], runIds);

    for (const id of runIds) await expect(200, app.call('POST', `${RUNS}/${id}/cancel`));
    const { installing } = await transaction(testContext(other), async (tx) => {
      await deleteConnection(tx, 'local-test', { force: true });
      const installing = app.call('POST', RUNS, { skill: 'wanted', providers: ['local-test'] });
      await untilWaiting();
      return { installing: () => installing };
    });
    await expect(404, installing());
    const { body } = await app.call('GET', RUNS);
    assert.deepEqual(
      (body['items'] as { id: string }[]).map(({ id }) => id),
      runIds,
    );
  });
});

describe('the sandbox providers', () => {
  it('are completed when a first start was cut short, and stay away once deleted', async () => {
    const database = await openTestDatabase('pglite');
    const answer = () => Promise.resolve(Response.json({ data: [] }));
    const ctx = testContext(database, { settings: { sandbox: 'auto' }, egress: answer });
    const slugs = async () =>
      (await listConnections(ctx, { filter: {}, limit: 10, cursor: undefined })).items.map(
        ({ slug }) => slug,
      );
    const all = ['sandbox-claude', 'sandbox-gemini', 'sandbox-openai'];
    await sql`create function stop_second() returns trigger language plpgsql as $$
      begin
        if (select count(*) from providers) >= 1 then raise exception 'killed by the test'; end if;
        return new;
      end $$;
      create trigger stop_second before insert on providers for each row execute function stop_second()`.execute(
      query(ctx),
    );
    await assert.rejects(ensureSandboxConnections(ctx), /killed by the test/);
    assert.deepEqual(await slugs(), ['sandbox-openai']);
    await sql`drop trigger stop_second on providers`.execute(query(ctx));
    assert.deepEqual((await ensureSandboxConnections(ctx)).toSorted(), all);
    assert.deepEqual(await slugs(), all);
    assert.deepEqual((await ensureSandboxConnections(ctx)).toSorted(), all);
    await deleteConnection(ctx, 'sandbox-gemini', { force: false });
    await ensureSandboxConnections(ctx);
    assert.deepEqual(await slugs(), ['sandbox-claude', 'sandbox-openai']);
    for (const slug of await slugs()) await deleteConnection(ctx, slug, { force: false });
    assert.deepEqual(await ensureSandboxConnections(ctx), []);
    assert.deepEqual(await slugs(), []);
    await database.close();
  });
});

async function expect(status: number, answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer;
}

/** Every change leaves its audit row, and what was secret in the request is nowhere to be read afterwards. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { routesFor } from '../lib/http/routes/index.ts';
import { adapters } from '../lib/providers/registry.ts';
import { Worker } from '../lib/worker/worker.ts';
import {
  type Answer,
  type EmulatedProviders,
  PROVIDER_KEY,
  startApp,
  startProviders,
  type TestApp,
} from './support/app.ts';
import { zipOf } from './support/archive-fixtures.ts';
import { workerContext } from './support/context.ts';
import { describeEachEngine } from './support/databases.ts';
import { everythingStored, formsOf } from './support/secrets.ts';
import { putByHand } from './support/inventory-walk.ts';
import { inlineSkill } from './support/skills.ts';
import { failWaiting } from './support/fail-waiting.ts';
import { until } from './support/until.ts';
import { wordScanner } from './support/word-scanner.ts';

const WRONG_KEY = 'sk-a-key-that-was-mistyped-by-somebody';

interface AuditRow {
  readonly actor: { readonly type: string; readonly id: string };
  readonly action: string;
  readonly request: { readonly id: string | null };
}

describeEachEngine('the audit log', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;
  /** Everything that was answered, but for the key that is shown once. */
  const answers: string[] = [];
  const secrets = [PROVIDER_KEY, WRONG_KEY];
  const scanner = wordScanner('rules', {});

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open(), { scanner });
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
    const answer = await app.call(method, path, body, headers && { headers });
    if (`${method} ${path}` !== 'POST /api/keys') answers.push(textOf(answer));
    return answer;
  }

  async function everyRow(): Promise<AuditRow[]> {
    const rows: AuditRow[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await ask('GET', `/api/audit-logs?limit=100${cursor}`);
      const page = body as unknown as { items: AuditRow[]; nextCursor: string | null };
      rows.push(...page.items);
      if (page.nextCursor === null) return rows;
      cursor = `&cursor=${page.nextCursor}`;
    }
  }

  async function ended(id: string): Promise<void> {
    await until(
      `${id} has ended`,
      async () => (await app.call('GET', `/api/install-runs/${id}`)).body['finishedAt'],
    );
  }

  it('has a row for every change, with who asked and in which request', async () => {
    const { body: me } = await ask('GET', '/api/me');
    const done = new Set<string>();
    let count = 0;

    /** Sends with a request id of its own, and finds what the audit log says of it. */
    async function change(route: string, path: string, actions: readonly string[], body?: unknown) {
      const [method = ''] = route.split(' ');
      const requestId = `audited-${(count += 1)}`;
      const answer = await ask(method, path, body, { 'x-request-id': requestId });
      assert.ok(answer.status < 300, `${route} ${JSON.stringify(answer.body)}`);
      const rows = (await everyRow()).filter(({ request }) => request.id === requestId);
      assert.deepEqual([...new Set(rows.map(({ action }) => action))].toSorted(), actions.toSorted(), route);
      for (const { actor } of rows) assert.deepEqual([actor.type, actor.id], [me['type'], me['id']], route);
      done.add(route);
      return answer.body;
    }

    const connect = 'POST /api/providers';
    for (const body of Object.values(providers.connections))
      await change(connect, '/api/providers', ['provider.create'], body);
    const wrong = { ...providers.connections.claude, slug: 'wrong', credentials: { apiKey: WRONG_KEY } };
    await change(connect, '/api/providers', ['provider.create'], wrong);
    for (const body of [
      { displayName: 'Ours' },
      { credentials: { apiKey: PROVIDER_KEY } },
      { status: 'inactive' },
      { status: 'active' },
    ])
      await change(
        'PATCH /api/providers/{provider}',
        '/api/providers/claude-test',
        ['provider.update'],
        body,
      );
    await change('POST /api/providers/{provider}/verify', '/api/providers/wrong/verify', ['provider.verify']);
    await change('DELETE /api/providers/{provider}', '/api/providers/wrong', ['provider.delete']);

    const compare = 'POST /api/providers/{provider}/sync';
    await change(compare, '/api/providers/local-test/sync', ['provider.sync']);

    await change('POST /api/skills', '/api/skills', ['skill.create'], inlineSkill('audited'));
    const versions = 'POST /api/skills/{skill}/versions';
    const better = inlineSkill('audited', 'Better.');
    await change(versions, '/api/skills/audited/versions', ['skill.add_version'], better);

    scanner.endings.push('failed');
    const unread = inlineSkill('audited', 'Unread.');
    await change(versions, '/api/skills/audited/versions', ['skill.add_version'], unread);
    for (const [verb, action] of [
      ['approve', 'skill.approve'],
      ['yank', 'skill.yank'],
    ] as const) {
      const route = `POST /api/skills/{skill}/versions/{ref}/${verb}`;
      await change(route, `/api/skills/audited/versions/3/${verb}`, [action], { reason: 'Because' });
    }
    // Holds nothing that could be registered, so that only the import itself is told of.
    const archive = new FormData();
    archive.set('archive', new Blob([new Uint8Array(zipOf([{ name: 'a/SKILL.md', content: '' }]))]), 'a.zip');
    await change('POST /api/skills/import', '/api/skills/import', ['skill.import'], archive);
    const skill = '/api/skills/audited';
    await change('PATCH /api/skills/{skill}', skill, ['skill.update'], { tags: ['audited'] });
    await change('PATCH /api/skills/{skill}', skill, ['skill.archive'], { status: 'archived' });
    const both = { displayName: 'Audited', status: 'active' };
    await change('PATCH /api/skills/{skill}', skill, ['skill.update', 'skill.unarchive'], both);
    await change('POST /api/skills', '/api/skills', ['skill.create'], inlineSkill('short-lived'));
    await change('DELETE /api/skills/{skill}', '/api/skills/short-lived', ['skill.delete']);

    const target = {
      skill: 'audited',
      providers: ['openai-test', 'claude-test', 'gemini-test', 'local-test'],
    };
    const runs = 'POST /api/install-runs';
    const made = await change(runs, '/api/install-runs', ['run.create'], target);
    for (const id of made['runIds'] as string[]) await ended(id);
    await app.worker.stop(5000);
    const waiting = { ...target, action: 'uninstall' };
    const { runIds } = await change(runs, '/api/install-runs', ['run.create'], waiting);
    const [id] = runIds as string[];
    await change('POST /api/install-runs/{id}/cancel', `/api/install-runs/${id}/cancel`, ['run.cancel']);
    const retry = await change('POST /api/install-runs/{id}/retry', `/api/install-runs/${id}/retry`, [
      'run.create',
    ]);
    await failWaiting(app.ctx, retry['runIds'] as string[]);
    const batch = `/api/install-batches/${String(retry['batchId'])}`;
    const again = await change('POST /api/install-batches/{id}/retry', `${batch}/retry`, ['run.create']);
    const cancel = `/api/install-batches/${String(again['batchId'])}/cancel`;
    await change('POST /api/install-batches/{id}/cancel', cancel, ['run.cancel']);

    await change('POST /api/skills', '/api/skills', ['skill.create'], inlineSkill('by-hand', 'Ours.'));
    const found = await putByHand(ask, providers.folder, 'by-hand', 'Ours.');
    const adopt = 'POST /api/installations/{id}/adopt';
    await change(adopt, `/api/installations/${found.id}/adopt`, ['installation.adopt'], {});
    await putByHand(ask, providers.folder, 'by-hand', 'Theirs.');
    const repair = 'POST /api/installations/{id}/repair';
    await change(repair, `/api/installations/${found.id}/repair`, ['run.create']);

    const key = await change('POST /api/keys', '/api/keys', ['key.create'], { name: 'x', role: 'viewer' });
    secrets.push(String(key['key']));
    await change(
      'POST /api/keys/{id}/rotate',
      `/api/keys/${String(key['id'])}/rotate`,
      ['key.create', 'key.rotate'],
      {},
    );
    await change('DELETE /api/keys/{id}', `/api/keys/${String(key['id'])}`, ['key.revoke']);
    await changeAlerts(change);
    const chat = 'POST /api/chat-ops';
    await change(chat, '/api/chat-ops', ['chat.message'], { message: 'tell me a joke' });
    const order = { message: 'install audited on openai-test' };
    await change(chat, '/api/chat-ops', ['chat.message', 'run.create'], order);

    const users = '/api/chat-ops/users';
    const person = { surface: 'slack', team: 'T1', member: 'U1', name: 'Ada', role: 'viewer' };
    const { id: personId } = await change(`POST ${users}`, users, ['chat_user.create'], person);
    await change(`DELETE ${users}/{id}`, `${users}/${String(personId)}`, ['chat_user.delete']);

    // Whoever knocks at a signed door has no key; its own tests look at the log.
    const changing = routesFor('all', { check: () => Promise.resolve() }).filter(
      ({ method, isSigned }) => method !== 'GET' && !isSigned,
    );
    assert.deepEqual(
      [...done].toSorted(),
      changing.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
  });

  it('and everything else hold no secret, though providers echo them and people misplace them', async () => {
    const worker = new Worker(workerContext(app.ctx), adapters, 'second');
    worker.start();
    await ask('POST', '/api/skills', inlineSkill('echoed'));
    const said = { error: { type: 'permission_error', message: `${PROVIDER_KEY} may not do this` } };
    const echo = {
      status: 403,
      headers: { 'request-id': PROVIDER_KEY, 'x-request-id': PROVIDER_KEY },
      body: said,
    };
    const mutation = { match: { method: 'POST' }, then: echo };
    for (const { script } of Object.values(providers.faults)) script.push(mutation);
    const slugs = ['openai-test', 'claude-test', 'gemini-test'];
    const { body: asked } = await ask('POST', '/api/install-runs', { skill: 'echoed', providers: slugs });
    for (const id of asked['runIds'] as string[]) await ended(id);
    const faulty = await ask('GET', `/api/install-batches/${String(asked['batchId'])}`);
    assert.equal(faulty.body['status'], 'failed');
    for (const slug of slugs) {
      for (const { script } of Object.values(providers.faults)) script.push({ then: echo });
      await ask('POST', `/api/providers/${slug}/verify`);
    }
    for (const { script } of Object.values(providers.faults)) script.length = 0;

    const { claude } = providers.connections;
    for (const body of [
      { ...claude, credentials: PROVIDER_KEY },
      { ...claude, credentials: { apikey: PROVIDER_KEY } },
      { ...claude, slug: PROVIDER_KEY.toUpperCase(), kind: PROVIDER_KEY, config: { apiKey: PROVIDER_KEY } },
      { ...claude, slug: 'in-the-url', config: { baseUrl: `https://x:${PROVIDER_KEY}@127.0.0.1` } },
    ])
      assert.equal((await ask('POST', '/api/providers', body)).status, 400);
    const broken = Buffer.from(`{"credentials":{"apiKey":"${PROVIDER_KEY}"`);
    await ask('POST', '/api/providers', broken, { 'content-type': 'application/json' });
    await worker.stop(1000);

    await everyRow();
    for (const { path } of routesFor('all', { check: () => Promise.resolve() }).filter(isList))
      await ask('GET', path);
    const { body: runs } = await ask('GET', '/api/install-runs?limit=100');
    for (const { id } of runs['items'] as { id: string }[])
      await ask('GET', `/api/install-runs/${id}/events`);
    for (const slug of slugs) await ask('GET', `/api/providers/${slug}/installations`);

    const stored = await everythingStored(app.ctx);
    for (const secret of secrets) {
      for (const form of formsOf(secret)) {
        for (const text of [...answers, ...stored])
          assert.equal(text.includes(form), false, `${form} in ${text}`);
      }
    }
    assert.ok(
      stored.some((text) => text.includes('audited')),
      'what is no secret is found',
    );
  });
});

type Change = (
  route: string,
  path: string,
  actions: readonly string[],
  body?: unknown,
) => Promise<Answer['body']>;

/** The receiver's port is closed: what is audited is that it was tried. */
async function changeAlerts(change: Change): Promise<void> {
  const channels = '/api/alerts/channels';
  const given = { kind: 'webhook', name: 'audited', url: 'http://127.0.0.1:9/hook' };
  const { id } = await change(`POST ${channels}`, channels, ['alert_channel.create'], given);
  const one = `${channels}/${String(id)}`;
  await change(`PATCH ${channels}/{id}`, one, ['alert_channel.update'], { types: ['batch.failed'] });
  const sent = await change(`POST ${channels}/{id}/test`, `${one}/test`, ['alert.test']);
  const redeliver = `/api/alerts/deliveries/${String(sent['id'])}/redeliver`;
  await change('POST /api/alerts/deliveries/{id}/redeliver', redeliver, ['alert.redeliver']);
  await change(`DELETE ${channels}/{id}`, one, ['alert_channel.delete']);
}

function isList(route: { readonly method: string; readonly path: string }): boolean {
  return route.method === 'GET' && route.path.startsWith('/api/') && !route.path.includes('{');
}

function textOf(answer: Answer): string {
  return `${JSON.stringify(Object.fromEntries(answer.headers))} ${JSON.stringify(answer.body)}`;
}

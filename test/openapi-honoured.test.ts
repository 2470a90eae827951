/** The server keeps what its OpenAPI document promises, for good input and bad, over HTTP. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import { walkAlerts } from './support/alert-walk.ts';
import { walkChatSurfaces } from './support/chat-walk.ts';
import { zipOf } from './support/archive-fixtures.ts';
import {
  type Answer,
  type EmulatedProviders,
  startApp,
  startProviders,
  type TestApp,
} from './support/app.ts';
import { type Contract, documentOf, operationAt, readContract } from './support/contract.ts';
import { describeEachEngine } from './support/databases.ts';
import { walkEvents } from './support/event-walk.ts';
import { walkInventory } from './support/inventory-walk.ts';
import { inputOf, urlOf } from './support/operation-input.ts';
import { inlineSkill, skillMd } from './support/skills.ts';
import { SLACK_SECRET } from './support/slack.ts';
import { until } from './support/until.ts';
import { wordScanner } from './support/word-scanner.ts';

const SEED = 20_260_727;
const TRIES_EACH = 20;

describeEachEngine('the API honours its document', (open) => {
  const scanner = wordScanner('rules', { evilword: 'critical' });
  let app: TestApp;
  let providers: EmulatedProviders;
  let contract: Contract;
  /** Operation and status of every answer so far. */
  const seen = new Set<string>();

  before(async () => {
    providers = await startProviders();
    const slack = { signingSecrets: [SLACK_SECRET], botToken: null, apiUrl: 'http://127.0.0.1:9' };
    app = await startApp(await open(), { scanner, settings: { slack } });
    contract = readContract(await documentOf(app));
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  /** Sends as the admin and fails when the answer is not as documented. */
  async function ask(method: string, url: string, body?: unknown, headers?: Record<string, string>) {
    const answer = await app.call(method, url, body, headers && { headers });
    const operation = operationAt(contract, method, url);
    const faults = contract.faultsOf(operation, answer);
    const shown = `${method} ${url} ${JSON.stringify(body)} → ${answer.status} ${JSON.stringify(answer.body)}`;
    assert.deepEqual(faults, [], shown);
    assert.ok(answer.status < 500, shown);
    seen.add(`${operation.id} ${answer.status}`);
    return answer;
  }

  async function expect(status: number, answering: Promise<Answer>): Promise<Answer> {
    const answer = await answering;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer;
  }

  async function run(body: object): Promise<string> {
    const { body: created } = await expect(202, ask('POST', '/api/install-runs', body));
    const [id] = created['runIds'] as string[];
    await until('the run has ended', async () => {
      const { body: run } = await ask('GET', `/api/install-runs/${id}`);
      return run['finishedAt'];
    });
    return id ?? '';
  }

  it('connecting providers, good and refused', async () => {
    for (const body of Object.values(providers.connections))
      await expect(201, ask('POST', '/api/providers', body));
    const refused = {
      ...providers.connections.openai,
      slug: 'refused',
      credentials: { apiKey: 'wrong-key' },
    };
    const { body } = await expect(201, ask('POST', '/api/providers', refused));
    assert.equal(body['status'], 'error');
    await expect(200, ask('GET', '/api/providers?status=error'));
    await expect(200, ask('POST', '/api/providers/claude-test/verify'));
    await expect(200, ask('PATCH', '/api/providers/claude-test', { displayName: 'Claude' }));
    await expect(
      412,
      ask('PATCH', '/api/providers/claude-test', { displayName: 'C' }, { 'if-match': '"x"' }),
    );
    await expect(409, ask('POST', '/api/providers', providers.connections.local));
    await expect(404, ask('GET', '/api/providers/none'));
    await expect(201, ask('POST', '/api/providers', { ...refused, slug: 'short-lived' }));
    await expect(204, ask('DELETE', '/api/providers/short-lived?force=true'));
  });

  it('registering skills as JSON, as an archive and as parts', async () => {
    await expect(201, ask('POST', '/api/skills', { ...inlineSkill('one'), tags: ['a'], version: '1.0' }));
    const zip = zipOf([{ name: 'two/SKILL.md', content: skillMd('two') }]);
    await expect(201, ask('POST', '/api/skills', zip, { 'content-type': 'application/zip' }));
    const form = new FormData();
    form.set('files', new Blob([skillMd('three')]), 'SKILL.md');
    form.set('metadata', JSON.stringify({ displayName: 'Three' }));
    await expect(201, ask('POST', '/api/skills', form));
    await expect(409, ask('POST', '/api/skills', inlineSkill('one')));
    await expect(200, ask('PATCH', '/api/skills/three', { tags: ['b'] }));
    await expect(412, ask('PATCH', '/api/skills/three', { tags: ['c'] }, { 'if-match': '"x"' }));
    await expect(204, ask('DELETE', '/api/skills/three'));
    await expect(400, ask('POST', '/api/skills', zip.subarray(0, 40), { 'content-type': 'application/zip' }));
    await expect(415, ask('POST', '/api/skills', Buffer.from('x'), { 'content-type': 'text/plain' }));
    await expect(201, ask('POST', '/api/skills/one/versions', inlineSkill('one', 'Better.')));
    await expect(200, ask('POST', '/api/skills/one/versions', inlineSkill('one', 'Better.')));
    await expect(201, ask('POST', '/api/skills/one/versions', inlineSkill('one', 'An evilword.')));
    await expect(200, ask('GET', '/api/skills/one/versions/latest/findings'));
    const install = { skill: 'one', providers: ['openai-test'] };
    await expect(409, ask('POST', '/api/install-runs', install));
    const because = { reason: 'Because' };
    await expect(200, ask('POST', '/api/skills/one/versions/3/approve', because));
    await expect(409, ask('POST', '/api/skills/one/versions/1/approve', because));
    await expect(200, ask('POST', '/api/skills/one/versions/3/yank', because));
    const page = await expect(200, ask('GET', '/api/skills?limit=1&q=small'));
    await expect(200, ask('GET', `/api/skills?limit=1&q=small&cursor=${String(page.body['nextCursor'])}`));
    await expect(200, ask('GET', '/api/skills/one/versions'));
    await expect(200, ask('GET', '/api/skills/one/versions/latest/files/SKILL.md'));
    await expect(404, ask('GET', '/api/skills/one/versions/latest/files/a%2Fb.md'));
    await expect(200, ask('GET', '/api/skills/one/versions/1/diff/latest'));
    const { body: imported } = await expect(
      202,
      ask('POST', '/api/skills/import', zip, { 'content-type': 'application/zip' }),
    );
    await until('the import has ended', async () => {
      const { body } = await expect(200, ask('GET', `/api/skill-imports/${String(imported['id'])}`));
      return body['finishedAt'];
    });
    await expect(200, ask('GET', '/api/skill-imports'));
  });

  it('installing, failing, canceling and taking out', async () => {
    const target = { skill: 'one', providers: ['openai-test'] };
    await expect(200, ask('POST', '/api/install-runs', { ...target, dryRun: true }));
    await run({ ...target, ref: '1' });
    await expect(200, ask('POST', '/api/install-runs', { ...target, dryRun: true }));
    const id = await run({ skills: ['one'], providers: ['local-test'] });
    await walkEvents(ask, expect, id);
    await expect(200, ask('POST', `/api/install-runs/${id}/cancel`));
    await expect(200, ask('GET', '/api/providers/openai-test/installations'));
    await walkInventory(ask, expect, providers.folder);
    await expect(409, ask('DELETE', '/api/skills/one'));
    await expect(409, ask('DELETE', '/api/providers/local-test'));
    providers.faults.claude.script.push({ match: { method: 'POST' }, then: { status: 403, body: '{}' } });
    const { body: failed } = await ask(
      'GET',
      `/api/install-runs/${await run({ ...target, providers: ['claude-test'] })}`,
    );
    assert.equal(failed['status'], 'failed');
    await expect(409, ask('POST', `/api/install-runs/${id}/retry`));
    await expect(409, ask('POST', `/api/install-runs/${String(failed['id'])}/retry`));
    // The provider refused its key, so it is not asked again before somebody has looked.
    await expect(200, ask('POST', '/api/providers/claude-test/verify'));
    await expect(200, ask('GET', '/api/providers/claude-test/checks'));
    const retry = await expect(202, ask('POST', `/api/install-batches/${String(failed['batchId'])}/retry`));
    const batch = `/api/install-batches/${String(retry.body['batchId'])}`;
    await expect(200, ask('POST', `${batch}/cancel`));
    await until('what is canceled has ended', async () => {
      const { body } = await ask('GET', batch);
      return !['queued', 'running'].includes(String(body['status']));
    });
    await expect(202, ask('POST', `/api/install-runs/${String(failed['id'])}/retry`));
    await expect(200, ask('GET', `/api/install-batches/${String(failed['batchId'])}`));
    await run({ ...target, action: 'uninstall' });
    await expect(200, ask('GET', '/api/install-runs?status=success&provider=openai-test'));
    await expect(404, ask('POST', '/api/install-runs', { ...target, ref: '99' }));
    await expect(409, ask('POST', '/api/install-runs', { ...target, providers: ['refused'] }));
  });

  it('keys, chat, the audit log and health', async () => {
    const { body: key } = await expect(201, ask('POST', '/api/keys', { name: 'short', role: 'viewer' }));
    await expect(200, ask('GET', '/api/keys'));
    await expect(201, ask('POST', `/api/keys/${String(key['id'])}/rotate`, { overlapSeconds: 60 }));
    await expect(204, ask('DELETE', `/api/keys/${String(key['id'])}`));
    await expect(409, ask('POST', `/api/keys/${String(key['id'])}/rotate`, {}));
    await walkAlerts(ask, expect);
    await walkChatSurfaces(ask, expect);
    await expect(200, ask('GET', '/api/me'));
    for (const body of [
      { message: 'install two on claude-test', dryRun: true },
      { message: 'install two on claude-test' },
      { message: '그냥 안녕' },
    ])
      await expect(200, ask('POST', '/api/chat-ops', body));
    const { body: recorded } = await ask('GET', '/api/audit-logs?limit=1');
    const [{ id }] = recorded['items'] as [{ id: string }];
    const audit = ['?outcome=success&limit=100', '/verify', '/export', `/${id}/proof`];
    for (const rest of audit) await expect(200, ask('GET', `/api/audit-logs${rest}`));
    for (const url of ['/api/chat-ops', '/healthz', '/readyz', '/metrics'])
      await expect(200, ask('GET', url));
    await expect(200, ask('GET', '/problems/conflict'));
    await expect(404, ask('GET', '/problems/none'));
  });

  it('to those who have the answer already', async () => {
    // One that changes no more: the chat's run may still be at work.
    const last = await until('the last run has ended', async () => {
      const { body: runs } = await ask('GET', '/api/install-runs?limit=1');
      const [run] = runs['items'] as { id: string; batchId: string; finishedAt: string | null }[];
      return run?.finishedAt == null ? null : run;
    });
    const { body: imports } = await ask('GET', '/api/skill-imports?limit=1');
    const [imported] = imports['items'] as { id: string }[];
    for (const url of [
      `/api/skill-imports/${imported?.id}`,
      '/api/openapi.json',
      '/api/skills/one',
      '/api/skills/one/versions/latest',
      '/api/skills/one/versions/latest/archive',
      '/api/skills/one/versions/1/diff/latest',
      '/api/skills/one/versions/latest/files/SKILL.md',
      '/api/skills/one/versions/latest/findings',
      '/api/providers/claude-test',
      `/api/install-runs/${last.id}`,
      `/api/install-batches/${last.batchId}`,
    ]) {
      const { headers } = await expect(200, ask('GET', url));
      const etag = headers.get('etag') ?? '';
      assert.match(etag, /^"[^"]+"$/, url);
      const again = await expect(304, ask('GET', url, undefined, { 'if-none-match': etag }));
      assert.equal(again.headers.get('etag'), etag);
    }
  });

  it('in every way of succeeding that it documents', () => {
    const promised = contract.operations.flatMap(({ id, documented }) =>
      Object.keys(documented.responses).flatMap((status) =>
        Number(status) < 400 ? [`${id} ${status}`] : [],
      ),
    );
    assert.deepEqual(
      promised.filter((each) => !seen.has(each)),
      [],
    );
  });

  it('whatever it is sent, refusing with issues what the document does not allow', async () => {
    let refused = 0;
    const words = ['one', 'two', 'local-test', 'claude-test', 'latest', '1', 'unheard-of'];
    for (const operation of contract.operations) {
      const property = fc.asyncProperty(inputOf(operation, words), async (input) => {
        const isAllowed = contract.allows(operation, input);
        const { status, body } = await ask(operation.method, urlOf(operation, input), input.body);
        if (isAllowed || status === 401) {
          assert.equal(status === 401, operation.path === '/api/chat-ops/slack', 'nothing there is signed');
          return;
        }
        refused += 1;
        assert.equal(status, 400, JSON.stringify(body));
        assert.ok((body['issues'] as unknown[] | undefined)?.length, JSON.stringify(body));
      });
      await fc.assert(property, { seed: SEED, numRuns: TRIES_EACH });
    }
    assert.ok(refused > 100, `only ${refused} requests were not allowed`);
    assert.equal((await ask('GET', '/readyz')).status, 200);
  });
});

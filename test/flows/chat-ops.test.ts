/** Chat acts with the caller's own rights through the same runs, and every message is kept with what became of it. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { startApp, startProviders, type EmulatedProviders, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

describeEachEngine('chat', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open());
    await app.call('POST', '/api/providers', providers.connections.claude);
    await app.call('POST', '/api/providers', providers.connections.local);
    await app.call('POST', '/api/skills', inlineSkill('pdf-tools'));
  });

  after(async () => {
    await app.close();
    await providers.close();
  });

  async function say(message: string, more: object = {}, key?: string) {
    const answer = await app.call(
      'POST',
      '/api/chat-ops',
      { message, ...more },
      key === undefined ? {} : { key },
    );
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  }

  for (const message of ['pdf-tools 클로드에 설치해줘', 'please install pdf-tools on Claude']) {
    it(`does what "${message}" asks`, async () => {
      const answer = await say(message);
      assert.equal(answer['accepted'], true, JSON.stringify(answer));
      const [id] = answer['runIds'] as string[];
      const run = await until('the run has ended', async () => {
        const { body } = await app.call('GET', `/api/install-runs/${id}`);
        return body['status'] === 'success' ? body : null;
      });
      assert.equal(run['source'], 'chat_ops');
      assert.equal((run['provider'] as { slug: string }).slug, 'claude-test');
    });
  }

  it('answers in the language of the message', async () => {
    assert.match(String((await say('그냥 안녕'))['reply']), /[가-힣]/);
    assert.doesNotMatch(String((await say('just hello'))['reply']), /[가-힣]/);
  });

  it('only plans with dryRun', async () => {
    const answer = await say('install pdf-tools on local-test', { dryRun: true });
    assert.equal(answer['accepted'], true);
    assert.deepEqual(answer['runIds'], []);
    const [entry] = answer['plan'] as { effect: string }[];
    assert.equal(entry?.effect, 'create');
  });

  it('does not reach every provider at one word', async () => {
    const answer = await say('install pdf-tools everywhere');
    assert.equal(answer['reason'], 'confirmation_required');
    assert.deepEqual(answer['runIds'], []);
  });

  it('gives nobody more rights than their key has', async () => {
    const viewer = await app.call('POST', '/api/keys', { name: 'viewer', role: 'viewer' });
    const answer = await say('install pdf-tools on local-test', {}, String(viewer.body['key']));
    assert.equal(answer['accepted'], false);
    assert.equal(answer['reason'], 'forbidden');
  });

  it('refuses a provider that was switched off, and says so', async () => {
    await app.call('PATCH', '/api/providers/local-test', { status: 'inactive' });
    const answer = await say('install pdf-tools on local-test');
    assert.equal(answer['reason'], 'inactive_provider');
    await app.call('PATCH', '/api/providers/local-test', { status: 'active' });
  });

  it('keeps every message, with its audit row', async () => {
    const answer = await say('tell me a joke');
    const { body } = await app.call('GET', '/api/chat-ops?limit=1');
    const [kept] = body['items'] as { id: string; message: string; accepted: boolean; reason: string }[];
    assert.ok(kept);
    assert.equal(kept.id, answer['actionId']);
    assert.equal(kept.message, 'tell me a joke');
    assert.equal(kept.reason, answer['reason']);
    const audit = await app.call('GET', `/api/audit-logs?target=${kept.id}`);
    assert.equal((audit.body['items'] as unknown[]).length, 1);
  });
});

/** A model may say what a message means; it is believed no more than a stranger, and chat does without it. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { type EmulatedProviders, startApp, startProviders, type TestApp } from '../support/app.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const STRANGE = 'let pdf-tools bloom at claude-test';
const NOTHING = { action: null, skills: [], providers: [], ref: null, subject: 'skills' };
const INSTALL = { ...NOTHING, action: 'install', skills: ['pdf-tools'], providers: ['claude-test'] };

describeEachEngine('the model of chat', (open) => {
  let db: TestDatabase;
  let models: ModelServer;
  let providers: EmulatedProviders;
  const apps: TestApp[] = [];

  before(async () => {
    db = await open();
    models = await startModelServer();
    providers = await startProviders();
    const app = await appWith('model-openai');
    const credentials = { apiKey: 'a-key-of-the-model' };
    for (const [kind, baseUrl] of [
      ['openai', `${models.url}/v1`],
      ['claude', models.url],
    ] as const) {
      const made = { slug: `model-${kind}`, kind, config: { baseUrl }, credentials };
      assert.equal((await app.call('POST', '/api/providers', made)).body['status'], 'active');
    }
    for (const body of [providers.connections.claude, { ...providers.connections.local, slug: 'off' }])
      assert.equal((await app.call('POST', '/api/providers', body)).status, 201);
    await app.call('PATCH', '/api/providers/off', { status: 'inactive' });
    await app.call('POST', '/api/skills', inlineSkill('pdf-tools'));
  });
  after(async () => {
    for (const app of apps) await app.close();
    await models.close();
    await providers.close();
  });
  beforeEach(() => {
    models.asked.length = 0;
  });

  async function appWith(provider: string | null): Promise<TestApp> {
    const chatModel = provider === null ? null : { provider, model: 'small-model' };
    const app = await startApp(db, { settings: { chatModel, providerTimeoutMs: 1000 } });
    apps.push(app);
    return app;
  }

  async function say(app: TestApp, message: string, more: object = {}, key?: string) {
    const { status, body } = await app.call(
      'POST',
      '/api/chat-ops',
      { message, ...more },
      key ? { key } : {},
    );
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }

  for (const kind of ['openai', 'claude'] as const) {
    it(`of ${kind} is asked about what the grammar does not understand, and what it says is confirmed first`, async () => {
      const app = await appWith(`model-${kind}`);
      models.answer = { form: INSTALL };
      const answer = await say(app, STRANGE);
      assert.equal(answer['reason'], 'confirmation_required', JSON.stringify(answer));
      assert.equal(answer['readBy'], 'model');
      const [question = assert.fail()] = models.asked;
      assert.equal(question['model'], 'small-model');
      assert.match(JSON.stringify(question), /pdf-tools.*claude-test/);
      const { token } = answer['confirmation'] as { token: string };
      const { body: done } = await app.call('POST', '/api/chat-ops', { confirm: token });
      assert.equal(done['accepted'], true, JSON.stringify(done));
      const [id] = done['runIds'] as string[];
      await until('the run has ended', async () => {
        const { body } = await app.call('GET', `/api/install-runs/${id}`);
        return body['status'] === 'success';
      });
      const { body: listed } = await app.call('GET', '/api/chat-ops?limit=100');
      const own = (listed['items'] as { id: string; readBy: string }[]).find(
        (one) => one.id === answer['actionId'],
      );
      assert.equal(own?.readBy, 'model');
    });
  }

  it('is not asked about what was understood, nor when there is none', async () => {
    const [app = assert.fail()] = apps;
    models.answer = { form: INSTALL };
    assert.equal((await say(app, 'install pdf-tools on claude-test', { dryRun: true }))['readBy'], 'grammar');
    assert.equal((await say(app, 'do not install pdf-tools on claude-test'))['accepted'], false);
    const without = await appWith(null);
    const answer = await say(without, STRANGE);
    assert.deepEqual([answer['reason'], answer['readBy']], ['not_understood', 'grammar']);
    assert.equal(models.asked.length, 0);
  });

  it('cannot name what is not there, leave something out, or say more than the form has', async () => {
    const [app = assert.fail()] = apps;
    for (const form of [
      NOTHING,
      { ...INSTALL, skills: ['pdf-tool'] },
      { ...INSTALL, providers: ['off'] },
      { ...INSTALL, providers: ['somewhere'] },
      { ...INSTALL, providers: [] },
      { ...INSTALL, skills: [] },
      { ...INSTALL, ref: '99' },
      { ...INSTALL, ref: '; drop table skills' },
      { ...INSTALL, action: 'delete_everything' },
      { ...INSTALL, needsConfirmation: false },
      { ...INSTALL, role: 'admin' },
      { ...NOTHING, action: 'cancel' },
      { ...INSTALL, skills: Array.from({ length: 10_000 }, () => 'pdf-tools') },
      { ...INSTALL, skills: ['__proto__'] },
      { ...INSTALL, skills: 'pdf-tools' },
      [INSTALL],
      null,
      'install',
    ]) {
      models.answer = { form };
      const answer = await say(app, STRANGE);
      assert.deepEqual(
        [answer['reason'], answer['readBy']],
        ['not_understood', 'grammar'],
        JSON.stringify(form),
      );
    }
    for (const failing of [
      { text: 'Sure! I installed it.' },
      { text: '' },
      { status: 500 },
      { status: 401 },
      'hang',
    ] as const) {
      models.answer = failing;
      assert.equal((await say(app, STRANGE))['reason'], 'not_understood', JSON.stringify(failing));
    }
  });

  it('widens nobody’s rights, and sees no secret', async () => {
    const [app = assert.fail()] = apps;
    const { body: viewer } = await app.call('POST', '/api/keys', { name: 'viewer', role: 'viewer' });
    models.answer = { form: INSTALL };
    const answer = await say(app, STRANGE, {}, String(viewer['key']));
    assert.equal(answer['reason'], 'forbidden');
    const secret = `sk-ant-api03-${'Ab1'.repeat(30)}`;
    await say(app, `${STRANGE} ${secret}`);
    assert.ok(models.asked.length > 1);
    assert.ok(!JSON.stringify(models.asked).includes(secret));
  });
});

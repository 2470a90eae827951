/** Chat does what its messages say: it changes, asks before what is destructive, steers runs, and tells how things are. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { startApp, startProviders, type EmulatedProviders, type TestApp } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

interface Answer {
  readonly accepted: boolean;
  readonly actionId: string;
  readonly reason?: string;
  readonly reply: string;
  readonly runIds: readonly string[];
  readonly batchId?: string;
  readonly plan?: readonly { skill: string; effect: string }[];
  readonly runs?: readonly { id: string }[];
  readonly suggestions?: readonly string[];
  readonly intent: { action: string } | null;
  readonly confirmation?: { token: string; plan: { effect: string }[]; runs: { id: string }[] };
  readonly data?: {
    skills?: { name: string }[];
    connections?: { slug: string }[];
    installations?: { provider: { slug: string } }[];
    runs?: { id: string }[];
  };
}

describeEachEngine('acting on chat', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open());
    for (const kind of ['claude', 'openai', 'local'] as const)
      assert.equal((await app.call('POST', '/api/providers', providers.connections[kind])).status, 201);
    await app.call('POST', '/api/skills', inlineSkill('pdf-tools'));
    await app.call('POST', '/api/skills', inlineSkill('csv-cleaner'));
  });

  after(async () => {
    await app.close();
    await providers.close();
  });

  async function post(body: object, key?: string): Promise<Answer> {
    const answer = await app.call('POST', '/api/chat-ops', body, key === undefined ? {} : { key });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body as unknown as Answer;
  }

  const say = async (message: string, more: object = {}, key?: string): Promise<Answer> =>
    await post({ message, ...more }, key);

  async function ended(id: string | undefined): Promise<Record<string, unknown>> {
    return await until('the run has ended', async () => {
      const { body } = await app.call('GET', `/api/install-runs/${id}`);
      return body['finishedAt'] === null ? null : body;
    });
  }

  async function done(message: string): Promise<Answer> {
    const answer = await say(message);
    assert.equal(answer.accepted, true, JSON.stringify(answer));
    for (const id of answer.runIds) assert.equal((await ended(id))['status'], 'success');
    return answer;
  }

  const versionAt = async (provider: string): Promise<string | null> => {
    const { body } = await app.call('GET', `/api/installations?skill=pdf-tools&provider=${provider}`);
    const [installation] = body['items'] as { version: { number: number } }[];
    return installation === undefined ? null : String(installation.version.number);
  };

  it('upgrades, and rolls each connection back to what it had', async () => {
    await done('install pdf-tools on claude-test');
    await app.call('POST', '/api/skills/pdf-tools/versions', inlineSkill('pdf-tools', 'Second.'));
    assert.equal((await done('upgrade pdf-tools on claude-test')).intent?.action, 'upgrade');
    assert.equal(await versionAt('claude-test'), '2');
    const asked = await say('pdf-tools를 claude-test에서 이전 버전으로 되돌려줘');
    assert.equal(asked.reason, 'confirmation_required', JSON.stringify(asked));
    assert.match(asked.reply, /롤백하게 됩니다/u);
    assert.equal(await versionAt('claude-test'), '2', 'nothing is done before it is confirmed');
    const confirmed = await post({ confirm: asked.confirmation?.token });
    assert.equal(confirmed.accepted, true, JSON.stringify(confirmed));
    assert.equal((await ended(confirmed.runIds[0]))['status'], 'success');
    assert.equal(await versionAt('claude-test'), '1');
  });

  it('says so when there is nothing to go back to', async () => {
    await done('install csv-cleaner on local-test');
    const asked = await say('roll back csv-cleaner on local-test');
    assert.equal(asked.reason, 'unknown_ref');
    assert.match(asked.reply, /No other version was installed before: csv-cleaner on local-test/u);
  });

  it('uninstalls what was confirmed, once', async () => {
    await done('install csv-cleaner on claude-test');
    const asked = await say('remove csv-cleaner from claude-test');
    assert.deepEqual([asked.accepted, asked.reason], [false, 'confirmation_required']);
    assert.deepEqual(
      asked.confirmation?.plan.map(({ effect }) => effect),
      ['remove'],
    );
    const both = await Promise.all(
      [0, 1].map(async () => await post({ confirm: asked.confirmation?.token })),
    );
    assert.deepEqual(
      both.map(({ accepted }) => String(accepted)).toSorted((a, b) => a.localeCompare(b)),
      ['false', 'true'],
    );
    assert.equal(both.find(({ accepted }) => !accepted)?.reason, 'confirmation_expired');
    const run = await ended(both.find(({ accepted }) => accepted)?.runIds[0]);
    assert.deepEqual([run['action'], run['status'], run['source']], ['uninstall', 'success', 'chat_ops']);
    const { body } = await app.call('GET', '/api/chat-ops?limit=2');
    assert.ok(
      (body['items'] as { confirms: string | null }[]).every(({ confirms }) => confirms === asked.actionId),
    );
  });

  it('does nothing when things have changed since, or somebody else confirms', async () => {
    await done('install csv-cleaner on claude-test');
    const asked = await say('remove csv-cleaner from claude-test');
    const other = await app.call('POST', '/api/keys', { name: 'other', role: 'operator' });
    const stolen = await post({ confirm: asked.confirmation?.token }, String(other.body['key']));
    assert.equal(stolen.reason, 'confirmation_expired');
    const removal = { action: 'uninstall', skill: 'csv-cleaner', providers: ['claude-test'] };
    const made = await app.call('POST', '/api/install-runs', removal);
    await ended((made.body['runIds'] as string[])[0]);
    const late = await post({ confirm: asked.confirmation?.token });
    assert.deepEqual([late.accepted, late.reason, late.runIds], [false, 'plan_changed', []]);
    assert.equal((await post({ confirm: asked.confirmation?.token })).reason, 'confirmation_expired');
    assert.equal((await post({ confirm: 'cfm_made-up' })).reason, 'confirmation_expired');
  });

  it('cancels what waits, and does again what failed', async () => {
    providers.faults.openai.script.push({
      match: { method: 'POST', path: '/v1/skills' },
      then: { status: 400, body: '{"error":{"message":"no","type":"invalid_request_error"}}' },
    });
    const failing = await say('install pdf-tools on openai-test');
    assert.equal((await ended(failing.runIds[0]))['status'], 'failed');
    const failed = await say('what is the status of pdf-tools on openai-test?');
    assert.match(failed.reply, /pdf-tools is not installed on openai-test\..*is failed/u);
    const tried = await say('retry what failed on openai-test', { dryRun: true });
    assert.deepEqual(
      tried.runs?.map(({ id }) => id),
      failing.runIds,
    );
    const again = await done('retry what failed on openai-test');
    assert.equal((await ended(again.runIds[0]))['retryOf'], failing.runIds[0]);
    assert.match((await say('실패한 거 다시 돌려줘')).reply, /다시 할 것이 없습니다/u);

    providers.faults.openai.script.push({ match: { method: 'POST' }, delayMs: 5000 });
    const slow = await say('install csv-cleaner on openai-test');
    const canceled = await say('cancel the install of csv-cleaner');
    assert.deepEqual(canceled.runIds, slow.runIds);
    assert.equal((await ended(slow.runIds[0]))['status'], 'canceled');
    assert.match((await say('cancel the install of csv-cleaner')).reply, /nothing to cancel/u);
  });

  it('cancels exactly the run that is named', async () => {
    providers.faults.openai.script.push({ match: { method: 'POST' }, delayMs: 5000 });
    const slow = await say('install csv-cleaner on openai-test');
    const canceled = await say(`cancel run ${slow.runIds[0]}`);
    assert.deepEqual(canceled.runIds, slow.runIds, JSON.stringify(canceled));
    await ended(slow.runIds[0]);
    const told = await say(`what is the status of ${slow.runIds[0]}?`);
    assert.deepEqual(
      told.data?.runs?.map(({ id }) => id),
      slow.runIds,
    );
  });

  it('tells where a skill is, what a connection has, and what there is', async () => {
    const where = await say('pdf-tools 어디에 설치돼 있어?');
    assert.ok(where.data?.installations?.some(({ provider }) => provider.slug === 'claude-test'));
    assert.match(where.reply, /^pdf-tools는 .*claude-test/u);
    const there = await say('what is on claude-test?');
    assert.match(there.reply, /^Installed: .*pdf-tools/u);
    const skills = await say('list all skills');
    assert.deepEqual(
      skills.data?.skills?.map(({ name }) => name),
      ['csv-cleaner', 'pdf-tools'],
    );
    const connections = await say('list the connections');
    assert.ok(connections.data?.connections?.some(({ slug }) => slug === 'openai-test'));
    assert.match((await say('is claude-test ok?')).reply, /claude-test is active/u);
    assert.match((await say('help')).reply, /install pdf-tools on Claude/u);
    assert.match((await say('뭐 할 수 있어?')).reply, /설치해줘/u);
  });

  it('plans without doing, and suggests what may be meant', async () => {
    const planned = await say('remove pdf-tools from claude-test', { dryRun: true });
    assert.deepEqual([planned.accepted, planned.plan?.[0]?.effect], [true, 'remove']);
    assert.equal(planned.confirmation, undefined);
    const unknown = await say('install pdf-toolbox on claude-test');
    assert.equal(unknown.reason, 'unknown_skill');
    assert.ok(unknown.suggestions?.includes('pdf-tools'), JSON.stringify(unknown));
  });

  it('lets a viewer ask, and change nothing', async () => {
    const { body } = await app.call('POST', '/api/keys', { name: 'viewer', role: 'viewer' });
    const key = String(body['key']);
    assert.equal((await say('list all skills', {}, key)).accepted, true);
    for (const message of ['cancel everything', 'retry what failed', 'remove pdf-tools from claude-test'])
      assert.equal((await say(message, {}, key)).reason, 'forbidden', message);
  });

  it('keeps no secret that was pasted into a message', async () => {
    const secret = 'sk-proj-abcdEFGH1234567890abcdEFGH';
    const answer = await say(`rotate the key of openai-test to ${secret}`);
    assert.ok(!JSON.stringify(answer).includes(secret));
    const { body } = await app.call('GET', '/api/chat-ops?limit=1');
    assert.ok(!JSON.stringify(body).includes(secret.slice(8)));
    assert.match(JSON.stringify(body), /rotate the key of openai-test to \[secret removed\]/u);
  });

  it('refuses a request that is neither a message nor a confirmation', async () => {
    for (const body of [{}, { message: 'help', confirm: 'x' }, { confirm: 'x', dryRun: true }])
      assert.equal((await app.call('POST', '/api/chat-ops', body)).status, 400);
  });
});

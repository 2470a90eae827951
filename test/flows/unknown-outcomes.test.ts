/** Lost answers: what was sent is neither sent again blindly nor forgotten, whatever happens to the run afterwards. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { CreatedRuns, Run } from '../../lib/runs/schema.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { claimRuns } from '../../lib/runs/claim.ts';
import { executeRun, RunInterrupted } from '../../lib/worker/execute-run.ts';
import {
  type EmulatedProviders,
  PROVIDER_KEY,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { workerContext } from '../support/context.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const CREATE = { method: 'POST', path: '/skills$' };
const LIST = { method: 'GET', path: '/skills$' };
const LOST = { match: CREATE, apply: true, then: 'drop' } as const;

describeEachEngine('an outcome that is not known', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open(), { isWorking: false });
    const { status } = await app.call('POST', '/api/providers', providers.connections.openai);
    assert.equal(status, 201);
  });

  afterEach(() => assert.deepEqual(providers.faults.openai.script, [], 'every planned fault was met'));

  after(async () => {
    await app.close();
    await providers.close();
  });

  async function ask(body: object): Promise<string> {
    const answer = await app.call('POST', '/api/install-runs', { providers: ['openai-test'], ...body });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return (answer.body as unknown as CreatedRuns).runIds[0] ?? '';
  }

  async function newSkill(name: string): Promise<string> {
    assert.equal((await app.call('POST', '/api/skills', inlineSkill(name))).status, 201);
    return name;
  }

  async function shown(id: string): Promise<Run> {
    return (await app.call('GET', `/api/install-runs/${id}`)).body as unknown as Run;
  }

  /** Takes the only run that is due through one attempt. */
  async function attempt(id: string, signal = new AbortController().signal): Promise<Run> {
    const ctx = workerContext(app.ctx);
    const claimed = await until(`${id} is due`, async () => {
      const [run] = await claimRuns(ctx, { workerId: 'w', limit: 1, leaseMs: 60_000 });
      return run;
    });
    assert.equal(claimed.id, id);
    await executeRun(ctx, adapters, claimed, signal);
    return await shown(id);
  }

  function creates(): number {
    const { pathname } = new URL(`${providers.urls.openai}/v1/skills`);
    return providers.ledger.entries().filter((entry) => entry.method === 'POST' && entry.path === pathname)
      .length;
  }

  /** A run whose create arrived while its answer was lost, waiting for its second attempt. */
  async function lostOnce(skill: string): Promise<string> {
    const id = await ask({ skill: await newSkill(skill) });
    providers.faults.openai.script.push(LOST);
    assert.equal((await attempt(id)).status, 'queued');
    return id;
  }

  /** Another run finds what the lost one made, instead of making it again. */
  async function assertAdopted(skill: string, createsBefore: number): Promise<void> {
    const done = await attempt(await ask({ skill }));
    assert.equal(done.status, 'success', JSON.stringify(done.error));
    assert.equal(creates() - createsBefore, 1, 'one create on the wire');
  }

  function assertUncertain(run: Run, cause: string): void {
    assert.equal(run.status, 'failed');
    assert.equal(run.error?.code, 'uncertain:provider');
    assert.equal(run.error.cause, cause);
    assert.equal(run.result?.effect, 'unknown');
  }

  describe('after a lost answer', () => {
    it('is looked into again when looking failed', async () => {
      const before = creates();
      const id = await lostOnce('looked-twice');
      providers.faults.openai.script.push({ match: LIST, then: { status: 503 } });
      assert.equal((await attempt(id)).status, 'queued');
      assert.equal((await attempt(id)).status, 'success');
      assert.equal(creates() - before, 1, 'one create on the wire');
    });

    it('stays open when nobody may look any more', async () => {
      const before = creates();
      const id = await lostOnce('may-not-look');
      providers.faults.openai.script.push({ match: LIST, then: { status: 401, body: '{}' } });
      assertUncertain(await attempt(id), 'unauthorized:provider');
      await assertAdopted('may-not-look', before);
    });

    it('stays open when the provider is switched off', async () => {
      const before = creates();
      const id = await lostOnce('switched-off');
      const patch = (status: string) => app.call('PATCH', '/api/providers/openai-test', { status });
      assert.equal((await patch('inactive')).status, 200);
      assertUncertain(await attempt(id), 'conflict:provider');
      assert.equal((await patch('active')).status, 200);
      await assertAdopted('switched-off', before);
    });

    it('stays open when the run is canceled before anybody looked', async () => {
      const before = creates();
      const id = await lostOnce('canceled-early');
      const done = await attempt(id, AbortSignal.abort(new RunInterrupted('canceled')));
      assert.equal(done.status, 'canceled');
      assert.equal(done.result?.effect, 'unknown');
      await assertAdopted('canceled-early', before);
    });

    it('stays open through an uninstall that knows nothing of it', async () => {
      const before = creates();
      const id = await lostOnce('uninstalled');
      providers.faults.openai.script.push({ match: LIST, then: { status: 401, body: '{}' } });
      assertUncertain(await attempt(id), 'unauthorized:provider');
      const removed = await attempt(await ask({ action: 'uninstall', skill: 'uninstalled' }));
      assert.equal(removed.result?.effect, 'noop');
      await assertAdopted('uninstalled', before);
    });

    it('is over when a later attempt looked, and the provider then refused', async () => {
      const id = await lostOnce('refused-later');
      await removeAll();
      providers.faults.openai.script.push({ match: CREATE, then: { status: 400, body: '{}' } });
      const done = await attempt(id);
      assert.equal(done.error?.code, 'unprocessable:provider');
      assert.equal(done.result, null);
    });
  });

  /** Somebody empties the account by hand. */
  async function removeAll(): Promise<void> {
    const url = `${providers.urls.openai}/v1/skills`;
    const headers = { authorization: `Bearer ${PROVIDER_KEY}` };
    const listed = (await (await fetch(url, { headers })).json()) as { data: { id: string }[] };
    for (const { id } of listed.data) await fetch(`${url}/${id}`, { method: 'DELETE', headers });
  }
});

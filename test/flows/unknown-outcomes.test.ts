/** Lost answers: what was sent is neither sent again blindly nor forgotten, whatever happens to the run afterwards. */
import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'node:test';
import type { Run } from '../../lib/runs/schema.ts';
import { sweepRuns } from '../../lib/runs/sweep.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { RunInterrupted } from '../../lib/worker/run-interrupted.ts';
import { sweepDuplicates } from '../../lib/worker/sweep-duplicates.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

const CREATE = { method: 'POST', path: '/skills$' };
const LIST = { method: 'GET', path: '/skills$' };

describeEachEngine('an answer that was lost', (open) => {
  let runs: SteppedRuns;
  let createsBefore: number;

  before(async () => {
    runs = await startSteppedRuns(await open(), { providerTimeoutMs: 500 });
  });

  afterEach(() => assert.deepEqual(runs.providers.faults.openai.script, [], 'every planned fault was met'));

  after(() => runs.close());

  async function lostOnce(skill: string): Promise<string> {
    createsBefore = runs.creates();
    return await runs.lostOnce(skill);
  }

  /** The next look at the provider is refused. */
  function forbidLooking(): void {
    runs.providers.faults.openai.script.push({ match: LIST, then: { status: 401, body: '{}' } });
  }

  /** Somebody has mended what was refused. */
  async function allowAgain(): Promise<void> {
    assert.equal((await runs.app.call('POST', '/api/providers/openai-test/verify')).status, 200);
  }

  /** Attempts until the run ends. */
  async function untilEnded(id: string): Promise<Run> {
    let run = await runs.attempt(id);
    while (run.finishedAt === null) run = await runs.attempt(id);
    return run;
  }

  function assertUncertain(run: Run, cause: string): void {
    assert.equal(run.status, 'failed');
    assert.equal(run.error?.code, 'uncertain:provider');
    assert.equal(run.error.cause, cause);
    assert.equal(run.result?.effect, 'unknown');
  }

  it('is looked into again when looking failed', async () => {
    const id = await lostOnce('looked-twice');
    runs.providers.faults.openai.script.push({ match: LIST, then: { status: 503 } });
    assert.equal((await runs.attempt(id)).status, 'queued');
    assert.equal((await runs.attempt(id)).status, 'success');
    assert.equal(runs.creates() - createsBefore, 1, 'one create on the wire');
  });

  it('stays open when nobody may look any more', async () => {
    const id = await lostOnce('may-not-look');
    forbidLooking();
    assertUncertain(await runs.attempt(id), 'unauthorized:provider');
    await allowAgain();
    await runs.assertAdopted('may-not-look', createsBefore);
  });

  it('stays open when the provider is switched off', async () => {
    const id = await lostOnce('switched-off');
    const patch = (status: string) => runs.app.call('PATCH', '/api/providers/openai-test', { status });
    assert.equal((await patch('inactive')).status, 200);
    assertUncertain(await runs.attempt(id), 'conflict:provider');
    assert.equal((await patch('active')).status, 200);
    await runs.assertAdopted('switched-off', createsBefore);
  });

  it('stays open when the run is canceled before anybody looked', async () => {
    const id = await lostOnce('canceled-early');
    const done = await runs.attempt(id, AbortSignal.abort(new RunInterrupted('canceled')));
    assert.equal(done.status, 'canceled');
    assert.equal(done.result?.effect, 'unknown');
    await runs.assertAdopted('canceled-early', createsBefore);
  });

  it('is found and removed by an uninstall', async () => {
    const id = await lostOnce('uninstalled');
    forbidLooking();
    assertUncertain(await runs.attempt(id), 'unauthorized:provider');
    await allowAgain();
    const removed = await runs.attempt(await runs.ask({ action: 'uninstall', skill: 'uninstalled' }));
    assert.equal(removed.result?.effect, 'removed');
    assert.equal((await runs.held('uninstalled')).length, 0);
  });

  it('is over when a later attempt looked, and the provider then refused', async () => {
    const id = await lostOnce('refused-later');
    await runs.emptyAccount();
    runs.providers.faults.openai.script.push({ match: CREATE, then: { status: 400, body: '{}' } });
    const done = await untilEnded(id);
    assert.equal(done.error?.code, 'unprocessable:provider');
    assert.equal(done.result, null);
  });

  it('is not sent again before it can no longer arrive', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('lost-before') });
    createsBefore = runs.creates();
    runs.providers.faults.openai.script.push({ match: CREATE, apply: false, then: 'drop' });
    assert.equal((await runs.attempt(id)).status, 'queued');
    const looked = await runs.attempt(id);
    assert.equal(looked.status, 'queued');
    assert.equal(looked.error?.code, 'uncertain:provider');
    assert.equal(runs.creates() - createsBefore, 1, 'not sent a second time yet');
    assert.equal((await untilEnded(id)).status, 'success');
    assert.equal(runs.creates() - createsBefore, 2);
    assert.equal((await runs.held('lost-before')).length, 1);
  });

  it('is adopted when it arrives late, but before it was given up', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('late') });
    createsBefore = runs.creates();
    runs.providers.faults.openai.script.push({ match: CREATE, applyAfterMs: 300, then: 'drop' });
    assert.equal((await untilEnded(id)).status, 'success');
    assert.equal(runs.creates() - createsBefore, 1, 'one create on the wire');
    assert.equal((await runs.held('late')).length, 1);
  });

  it('is taken away when it arrives after it was sent again', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('too-late') });
    runs.providers.faults.openai.script.push({ match: CREATE, applyAfterMs: 4000, then: 'drop' });
    const done = await untilEnded(id);
    assert.equal(done.status, 'success');
    await until('the lost one arrived too', async () => (await runs.held('too-late')).length === 2);
    await until('one of them is removed', async () => (await sweepDuplicates(runs.ctx, adapters)) === 1);
    assert.deepEqual(await runs.held('too-late'), [done.result?.externalId]);
    assert.equal(await sweepDuplicates(runs.ctx, adapters), 0, 'nothing is left to look after');
    const { body } = await runs.app.call('GET', '/api/audit-logs?action=provider.remove_duplicate');
    assert.equal((body['items'] as unknown[]).length, 1);
  });

  it('leaves alone what somebody else made of the same name', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('namesake') });
    runs.providers.faults.openai.script.push({ match: CREATE, applyAfterMs: 4000, then: 'drop' });
    await untilEnded(id);
    await until('the lost one arrived too', async () => (await runs.held('namesake')).length === 2);
    await runs.uploadByHand('namesake', 'Something else.');
    await until('one of ours is removed', async () => (await sweepDuplicates(runs.ctx, adapters)) === 1);
    assert.equal((await runs.held('namesake')).length, 2);
  });

  it('is said to be unknown when the run is canceled while it waits', async () => {
    const id = await lostOnce('canceled-waiting');
    const { body } = await runs.app.call('POST', `/api/install-runs/${id}/cancel`);
    assert.equal(body['status'], 'canceled');
    assert.equal((await runs.shown(id)).result?.effect, 'unknown');
    await runs.assertAdopted('canceled-waiting', createsBefore);
  });

  it('is said to be unknown when the worker dies, and somebody had canceled the run', async () => {
    const id = await lostOnce('canceled-dead');
    await runs.claim(id, 1);
    assert.equal((await runs.app.call('POST', `/api/install-runs/${id}/cancel`)).status, 200);
    await until('the lease has run out', async () => (await sweepRuns(runs.ctx)) === 1);
    const done = await runs.shown(id);
    assert.equal(done.status, 'canceled');
    assert.equal(done.result?.effect, 'unknown');
    await runs.assertAdopted('canceled-dead', createsBefore);
  });
});

describeEachEngine('an answer that was lost in the last attempt', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open(), { runMaxAttempts: 2 });
  });

  after(() => runs.close());

  it('leaves the run uncertain when its worker dies, and the installation unknown', async () => {
    const skill = await runs.newSkill('dead');
    assert.equal((await runs.attempt(await runs.ask({ skill }))).status, 'success');
    await runs.app.call('POST', `/api/skills/${skill}/versions`, inlineSkill(skill, 'Better.'));
    const id = await runs.ask({ skill });
    const match = { method: 'POST', path: '/versions$' };
    runs.providers.faults.openai.script.push({ match, apply: true, then: 'drop' });
    assert.equal((await runs.attempt(id)).status, 'queued');
    await runs.claim(id, 1);
    await until('the lease has run out', async () => (await sweepRuns(runs.ctx)) === 1);
    const done = await runs.shown(id);
    assert.equal(done.error?.code, 'uncertain:provider');
    assert.equal(done.error.cause, 'exhausted:install_run');
    assert.equal(done.result?.effect, 'unknown');
    const { body: audit } = await runs.app.call('GET', `/api/audit-logs?target=${id}&action=run.fail`);
    const [row] = audit['items'] as { outcome: string; code: string }[];
    assert.deepEqual([row?.outcome, row?.code], ['unknown', 'uncertain:provider']);
    const { body } = await runs.app.call('GET', '/api/providers/openai-test/installations');
    assert.deepEqual(
      (body['items'] as { drift: string }[]).map((installation) => installation.drift),
      ['unknown'],
    );
  });
});

/** What failed is done again: failed targets only, in the same version, before the backlog, and once. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { claimRuns } from '../../lib/runs/claim.ts';
import type { Batch, CreatedRuns, Run } from '../../lib/runs/schema.ts';
import { executeRun } from '../../lib/worker/execute-run.ts';
import { RunInterrupted } from '../../lib/worker/run-interrupted.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { describeEachEngine } from '../support/databases.ts';
import { failWaiting } from '../support/fail-waiting.ts';
import { inlineSkill } from '../support/skills.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

const CREATE = { method: 'POST', path: '/skills$' };

describeEachEngine('a retry', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open());
    assert.equal(
      (await runs.app.call('POST', '/api/providers', runs.providers.connections.local)).status,
      201,
    );
  });

  after(() => runs.close());

  async function post(path: string, body?: object, key?: string) {
    const {
      status,
      headers,
      body: answer,
    } = await runs.app.call('POST', path, body, {
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
    return { status, headers, body: answer as unknown as CreatedRuns & { code: string; detail: string } };
  }

  async function batchOf(id: string): Promise<Batch> {
    return (await runs.app.call('GET', `/api/install-batches/${id}`)).body as unknown as Batch;
  }

  /** A run of a new skill that failed at once, without anything having been sent. */
  async function failed(skill: string): Promise<string> {
    const id = await runs.ask({ skill: await runs.newSkill(skill) });
    await failWaiting(runs.ctx, [id]);
    return id;
  }

  /** Ends what is under way, so that the next test finds an empty queue. */
  async function finish(ids: readonly string[]): Promise<Run[]> {
    return await Promise.all(ids.map(async (id) => await runs.attempt(id)));
  }

  it('is a new run of the same version that names the old one, which stays as it is', async () => {
    const id = await failed('retried');
    await runs.app.call('POST', '/api/skills/retried/versions', inlineSkill('retried', 'Newer.'));
    const { status, headers, body } = await post(`/api/install-runs/${id}/retry`);
    assert.equal(status, 202);
    assert.equal(headers.get('location'), `/api/install-batches/${body.batchId}`);
    const [run] = body.runs;
    assert.deepEqual([run?.retryOf, run?.version?.number, run?.status], [id, 1, 'queued']);
    assert.notEqual(run?.id, id);
    assert.equal((await finish(body.runIds))[0]?.status, 'success');
    assert.equal((await runs.shown(id)).status, 'failed');
  });

  it('asked for twice is one run', async () => {
    const id = await failed('twice');
    const both = await Promise.all([1, 2, 3].map(async () => await post(`/api/install-runs/${id}/retry`)));
    assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([202]));
    assert.equal(new Set(both.flatMap(({ body }) => body.runIds)).size, 1);
    const [first] = both;
    await finish(first?.body.runIds ?? []);
  });

  it('with an Idempotency-Key is answered the same way again, even when it has ended', async () => {
    const id = await failed('keyed');
    const first = await post(`/api/install-runs/${id}/retry`, undefined, 'again-1');
    await finish(first.body.runIds);
    const second = await post(`/api/install-runs/${id}/retry`, undefined, 'again-1');
    assert.equal(second.headers.get('idempotency-replayed'), 'true');
    assert.deepEqual(second.body, first.body);
  });

  it('is refused for what is at work, or succeeded, or is not there', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('fine') });
    const atWork = await post(`/api/install-runs/${id}/retry`);
    assert.deepEqual([atWork.status, atWork.body.code], [409, 'conflict:install_run']);
    assert.match(atWork.body.detail, /still at work/);
    await finish([id]);
    const done = await post(`/api/install-runs/${id}/retry`);
    assert.equal(done.status, 409);
    assert.match(done.body.detail, /succeeded/);
    const { batchId } = await runs.shown(id);
    assert.match((await post(`/api/install-batches/${batchId}/retry`)).body.detail, /No run .* has failed/);
    for (const path of ['install-runs/run_none', 'install-batches/bat_none'])
      assert.equal((await post(`/api/${path}/retry`)).status, 404);
  });

  it('of a canceled run does it after all', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('after-all') });
    await post(`/api/install-runs/${id}/cancel`);
    const { body } = await post(`/api/install-runs/${id}/retry`);
    assert.equal((await finish(body.runIds))[0]?.status, 'success');
  });

  it('of a batch takes its failed targets only', async () => {
    const skills = [await runs.newSkill('batch-one'), await runs.newSkill('batch-two')];
    const made = await post('/api/install-runs', { skills, providers: ['openai-test', 'local-test'] });
    const atOpenai = made.body.runs.filter(({ provider }) => provider.slug === 'openai-test');
    await failWaiting(
      runs.ctx,
      atOpenai.map(({ id }) => id),
    );
    await untilNoneIsDue();
    assert.equal((await batchOf(made.body.batchId)).status, 'partial_failed');
    const { body } = await post(`/api/install-batches/${made.body.batchId}/retry`);
    assert.deepEqual(
      body.runs.map(({ retryOf }) => String(retryOf)).toSorted(),
      atOpenai.map(({ id }) => id).toSorted(),
    );
    await untilNoneIsDue();
    assert.equal((await batchOf(body.batchId)).status, 'success');
    assert.equal((await batchOf(made.body.batchId)).status, 'partial_failed', 'what was, stays');
  });

  it('does not wait behind a backlog', async () => {
    const id = await failed('urgent');
    const backlog = [];
    for (let number = 0; number < 5; number += 1)
      backlog.push(await runs.ask({ skill: await runs.newSkill(`backlog-${number}`) }));
    const { body } = await post(`/api/install-runs/${id}/retry`);
    const [first] = await claimRuns(runs.ctx, { workerId: 'w', limit: 1, workerSlots: 32, leaseMs: 60_000 });
    assert.ok(first);
    assert.equal(first.id, body.runIds[0]);
    await executeRun(runs.ctx, adapters, first, new AbortController().signal);
    await untilNoneIsDue();
  });

  it('is refused with all its reasons when the provider cannot be used now', async () => {
    const id = await failed('switched-off');
    const patch = async (status: string) =>
      await runs.app.call('PATCH', '/api/providers/openai-test', { status });
    await patch('inactive');
    const refused = await post(`/api/install-runs/${id}/retry`);
    assert.deepEqual([refused.status, refused.body.code], [409, 'conflict:provider']);
    assert.equal((await patch('active')).status, 200);
  });

  it('of a batch that is canceled ends every run of it', async () => {
    const skills = [await runs.newSkill('ended-one'), await runs.newSkill('ended-two')];
    const made = await post('/api/install-runs', { skills, providers: ['openai-test'] });
    const claimed = await claimRuns(runs.ctx, { workerId: 'w', limit: 1, workerSlots: 32, leaseMs: 60_000 });
    const [atWork] = claimed;
    assert.ok(atWork);
    for (const _ of [1, 2]) {
      const { status } = await runs.app.call('POST', `/api/install-batches/${made.body.batchId}/cancel`);
      assert.equal(status, 200);
    }
    const signal = AbortSignal.abort(new RunInterrupted('canceled'));
    await executeRun(runs.ctx, adapters, atWork, signal);
    assert.equal((await batchOf(made.body.batchId)).status, 'canceled');
  });

  it('is not mistaken for a run that is being canceled', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('ending') });
    const claimed = await runs.claim(id);
    await post(`/api/install-runs/${id}/cancel`);
    const again = await post('/api/install-runs', { skill: 'ending', providers: ['openai-test'] });
    assert.deepEqual([again.status, again.body.code], [409, 'conflict:install_run']);
    assert.match(again.body.detail, /is being canceled/);
    await executeRun(runs.ctx, adapters, claimed, AbortSignal.abort(new RunInterrupted('canceled')));
    const third = await post('/api/install-runs', { skill: 'ending', providers: ['openai-test'] });
    assert.equal(third.status, 202);
    await finish(third.body.runIds);
  });

  for (const [name, then, effect] of [
    ['answered', 'ok', 'created'],
    ['whose answer was lost', 'drop', 'created'],
    ['that was refused', { status: 400, body: '{}' }, null],
  ] as const)
    it(`of a run canceled during a create ${name} knows what was done`, async () => {
      const skill = await runs.newSkill(`in-flight-${name.split(' ').at(-1)}`);
      const id = await runs.ask({ skill });
      const claimed = await runs.claim(id);
      runs.providers.faults.openai.script.push({ match: CREATE, delayMs: 300, apply: effect !== null, then });
      const canceled = new AbortController();
      const attempt = executeRun(runs.ctx, adapters, claimed, canceled.signal);
      await until('the create is on the wire', () => runs.providers.faults.openai.script.length === 0);
      await post(`/api/install-runs/${id}/cancel`);
      canceled.abort(new RunInterrupted('canceled'));
      await attempt;
      const run = await runs.shown(id);
      assert.equal(run.status, 'canceled');
      assert.equal(run.result?.effect ?? null, effect);
      assert.equal((await runs.held(skill)).length, effect === null ? 0 : 1);
      if (effect !== null) assert.deepEqual(await runs.held(skill), [run.result?.externalId]);
      const { body } = await post(`/api/install-runs/${id}/retry`);
      const [again] = await finish(body.runIds);
      assert.equal(again?.result?.effect, effect === null ? 'created' : 'noop');
    });

  async function untilNoneIsDue(): Promise<void> {
    for (;;) {
      const due = await claimRuns(runs.ctx, { workerId: 'w', limit: 20, workerSlots: 32, leaseMs: 60_000 });
      if (due.length === 0) return;
      for (const run of due) await executeRun(runs.ctx, adapters, run, new AbortController().signal);
    }
  }
});

/** Attempts that take too long: their run goes on, says why, and what was left behind changes nothing any more. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Call, ProviderAdapter } from '../../lib/providers/adapter.ts';
import { adapters } from '../../lib/providers/registry.ts';
import type { RunEvent } from '../../lib/runs/schema.ts';
import { executeRun } from '../../lib/worker/execute-run.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';

describeEachEngine('an attempt that takes too long', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open(), { runTimeoutMs: 200, providerTimeoutMs: 50 });
  });

  after(() => runs.close());

  async function attempt(skill: string, install: ProviderAdapter['install']) {
    const id = await runs.ask({ skill: await runs.newSkill(skill) });
    const openai = { ...adapters.openai, install };
    const claimed = await runs.claim(id);
    await executeRun(runs.ctx, { ...adapters, openai }, claimed, new AbortController().signal);
    const run = await runs.shown(id);
    await runs.app.call('POST', `/api/install-runs/${id}/cancel`);
    return run;
  }

  it('is left behind when its adapter does not stop, and may not change anything later', async () => {
    const calls: Call[] = [];
    const run = await attempt('stuck', async (_connection, _request, call) => {
      calls.push(call);
      return await new Promise<never>(() => {});
    });
    assert.equal(run.status, 'queued');
    assert.equal(run.error?.code, 'timeout:provider');
    await assert.rejects(calls[0]?.beforeMutation('create') ?? Promise.resolve());
  });

  it('is a timeout when the provider still works on it', async () => {
    const run = await attempt('still-pending', () =>
      Promise.resolve({ outcome: 'pending', token: 'of a slow operation', pollAfterMs: 60_000 }),
    );
    assert.equal(run.status, 'queued');
    assert.equal(run.error?.code, 'timeout:provider');
  });
});

describeEachEngine('an attempt that waits for its provider', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open());
  });

  after(() => runs.close());

  it('is told of as waiting once, however often the provider is asked how far it is', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('polled') });
    let polls = 0;
    const pending = () =>
      Promise.resolve({ outcome: 'pending', token: `asked ${polls} times`, pollAfterMs: 1 } as const);
    const openai: ProviderAdapter = {
      ...adapters.openai,
      install: pending,
      async resume(connection, _token, request, call) {
        polls += 1;
        return polls < 5 ? await pending() : await adapters.openai.install(connection, request, call);
      },
    };
    const claimed = await runs.claim(id);
    await executeRun(runs.ctx, { ...adapters, openai }, claimed, new AbortController().signal);
    assert.equal((await runs.shown(id)).status, 'success');
    assert.equal(polls, 5);
    const { body } = await runs.app.call('GET', `/api/install-runs/${id}/events`);
    const waits = (body['items'] as RunEvent[]).filter(({ data }) => data['phase'] === 'waiting');
    assert.equal(waits.length, 1);
    const { body: audit } = await runs.app.call('GET', `/api/audit-logs?target=${id}&limit=100`);
    assert.equal((audit['items'] as unknown[]).length, (body['items'] as unknown[]).length);
  });
});

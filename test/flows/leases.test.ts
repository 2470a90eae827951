/** A worker and its leases: what it lost it stops, even when it is itself who takes the run up again. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { query, transaction } from '../../lib/db/database.ts';
import type { Call, ProviderAdapter } from '../../lib/providers/adapter.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { sweepRuns } from '../../lib/runs/sweep.ts';
import type { RunInterrupted } from '../../lib/worker/run-interrupted.ts';
import { Worker } from '../../lib/worker/worker.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

describeEachEngine('a worker', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open(), { runLeaseMs: 1000 });
  });

  after(() => runs.close());

  async function cancelAfter(id: string, worker: Worker): Promise<void> {
    await worker.stop(0);
    await runs.app.call('POST', `/api/install-runs/${id}/cancel`);
    await until(
      'the run has ended',
      async () => (await sweepRuns(runs.ctx)) >= 0 && (await runs.shown(id)).status === 'canceled',
    );
  }

  it('stops what it lost, and holds what it then took up itself', async () => {
    const { calls, worker } = startWorker();
    const id = await runs.ask({ skill: await runs.newSkill('taken-up-again') });
    try {
      const first = await until('it is at work', () => calls[0]);
      await loseLease(id);
      const second = await until('it is at work again', () => calls[1]);
      await until('the first attempt is stopped', () => first.signal.aborted);
      assert.equal((first.signal.reason as RunInterrupted).by, 'lease_lost');
      await until('the second lease was extended', async () => await hasYoungLease(id));
      assert.equal(second.signal.aborted, false);
    } finally {
      await cancelAfter(id, worker);
    }
    for (const { signal } of calls) assert.ok(signal.aborted, 'no attempt is left behind');
  });

  it('stops before its lease ends when it cannot extend it', async () => {
    const { calls, worker } = startWorker();
    const id = await runs.ask({ skill: await runs.newSkill('cut-off') });
    try {
      const call = await until('it is at work', () => calls[0]);
      await transaction(runs.ctx, async (tx) => {
        // Nobody gets at the row, as if the database could not be reached.
        await sql`select 1 from install_runs where id = ${id} for update`.execute(query(tx));
        await until('the attempt is stopped', () => call.signal.aborted);
        const { rows } = await sql`
        select 1 from install_runs where id = ${id} and lease_until > clock_timestamp()`.execute(query(tx));
        assert.equal(rows.length, 1, 'the lease has not ended yet');
      });
      assert.equal((call.signal.reason as RunInterrupted).by, 'lease_lost');
    } finally {
      await cancelAfter(id, worker);
    }
  });

  /** Attempts that never end by themselves. */
  function startWorker(): { calls: Call[]; worker: Worker } {
    const calls: Call[] = [];
    const openai: ProviderAdapter = {
      ...adapters.openai,
      async install(_connection, _request, call) {
        calls.push(call);
        const { promise, reject } = Promise.withResolvers<never>();
        call.signal.addEventListener('abort', () => reject(call.signal.reason));
        return await promise;
      },
    };
    const worker = new Worker(runs.ctx, { ...adapters, openai }, 'w');
    worker.start();
    return { calls, worker };
  }

  /** As if the lease had run out while the worker was suspended: it is back in the queue. */
  async function loseLease(id: string): Promise<void> {
    await sql`update install_runs set status = 'queued', lease_token = null, lease_until = null, next_attempt_at = now()
      where id = ${id}`.execute(query(runs.ctx));
    runs.ctx.db.notify('runs_queued');
  }

  async function hasYoungLease(id: string): Promise<boolean> {
    const { rows } = await sql`select 1 from install_runs
      where id = ${id} and attempt = 2 and lease_until > started_at + interval '2 seconds'`.execute(
      query(runs.ctx),
    );
    return rows.length > 0;
  }
});

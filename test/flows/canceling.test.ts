/** Cancels that meet something else: a worker that takes the run, a failure that comes at the same moment, another cancel. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { query, transaction } from '../../lib/db/database.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { claimRuns } from '../../lib/runs/claim.ts';
import type { TxContext } from '../../lib/kernel/context.ts';
import type { RunEvent } from '../../lib/runs/schema.ts';
import { executeRun } from '../../lib/worker/execute-run.ts';
import { RunInterrupted } from '../../lib/worker/run-interrupted.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

describeEachEngine('a cancel', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open());
  });

  after(() => runs.close());

  it('of a run that a worker is taking asks that worker, and ends nothing by itself', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('taken') });
    const { answering } = await transaction(runs.ctx, async (tx) => {
      const claimed = await claimRuns(tx, { workerId: 'w', limit: 1, workerSlots: 32, leaseMs: 60_000 });
      assert.equal(claimed[0]?.id, id);
      const answering = runs.app.call('POST', `/api/install-runs/${id}/cancel`);
      // The embedded engine has one connection: there the cancel waits for this transaction anyway.
      if (tx.db.engine === 'postgres') await until('the cancel waits for the row', () => isLockAwaited(tx));
      return { answering };
    });
    const { body } = await answering;
    assert.equal(body['status'], 'running');
    assert.equal(body['phase'], 'cancelling');
  });

  it('asked for twice is written down once', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('twice') });
    await runs.claim(id);
    for (const _ of [1, 2, 3])
      assert.equal((await runs.app.call('POST', `/api/install-runs/${id}/cancel`)).status, 200);
    const { body } = await runs.app.call('GET', `/api/install-runs/${id}/events`);
    const requests = (body['items'] as RunEvent[]).filter((event) => event.type === 'run.cancel_requested');
    assert.equal(requests.length, 1);
  });

  it('is not put off by a failure that may pass', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('failing') });
    const then = { status: 429, headers: { 'retry-after': '600' }, body: '{}' };
    runs.providers.faults.openai.script.push({ match: { method: 'POST' }, delayMs: 500, then });
    const attempt = runs.attempt(id);
    await until('it is sent', async () => (await runs.shown(id)).phase === 'submitting');
    assert.equal((await runs.app.call('POST', `/api/install-runs/${id}/cancel`)).body['status'], 'running');
    const done = await attempt;
    assert.equal(done.status, 'canceled');
    assert.equal(done.result, null);
    // The provider asked for ten minutes; the next test does not want to wait them out.
    assert.equal((await runs.app.call('POST', '/api/providers/openai-test/verify')).status, 200);
  });

  it('is not put off by a worker that stops', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('stopping') });
    const claimed = await runs.claim(id);
    await runs.app.call('POST', `/api/install-runs/${id}/cancel`);
    const signal = AbortSignal.abort(new RunInterrupted('draining'));
    await executeRun(runs.ctx, adapters, claimed, signal);
    const done = await runs.shown(id);
    assert.equal(done.status, 'canceled');
    assert.equal(done.result, null);
  });

  it('of what may have arrived leaves something that an uninstall looks for and takes away', async () => {
    const skill = 'left-behind';
    const id = await runs.lostOnce(skill);
    assert.equal((await runs.app.call('POST', `/api/install-runs/${id}/cancel`)).body['status'], 'canceled');
    assert.equal((await runs.shown(id)).result?.effect, 'unknown');
    await runs.uploadByHand(skill, 'Somebody else wrote this');
    assert.equal((await runs.held(skill)).length, 2);
    const done = await runs.attempt(await runs.ask({ action: 'uninstall', skill }));
    assert.equal(done.status, 'success', JSON.stringify(done.error));
    assert.equal(done.result?.effect, 'removed');
    assert.equal((await runs.held(skill)).length, 1, 'what is not ours stays');
  });
});

/** Whether somebody waits for this transaction to end. */
async function isLockAwaited(tx: TxContext): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_locks where not granted and transactionid = pg_current_xact_id()::xid`.execute(
    query(tx),
  );
  return rows.length > 0;
}

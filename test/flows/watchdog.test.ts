/** Runs that nobody drives on: they are found whoever forgot them, moved or told about once, and the event says why. */
import assert from 'node:assert/strict';
import { after, afterEach, before, it } from 'node:test';
import { sql } from 'kysely';
import { query } from '../../lib/db/database.ts';
import { extendLeases } from '../../lib/runs/claim.ts';
import type { Run, RunEvent } from '../../lib/runs/schema.ts';
import { sweepRuns, sweptCounts } from '../../lib/runs/sweep.ts';
import { countActiveRuns } from '../../lib/runs/watchdog-store.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

const SWEEPERS = 8;
const ABANDONED = 12;

describeEachEngine('the watchdog', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open());
  });

  afterEach(async () => {
    await sql`update provider_gates set closed_until = null, closed_because = null`.execute(query(runs.ctx));
    const { body } = await runs.app.call('GET', '/api/install-runs?limit=100');
    for (const { id } of (body['items'] as Run[]).filter(({ finishedAt }) => finishedAt === null))
      await runs.app.call('POST', `/api/install-runs/${id}/cancel`);
    await until('every run has ended', async () => {
      await sql`update install_runs set lease_until = now() - interval '1 second' where status = 'running'`.execute(
        query(runs.ctx),
      );
      await sweepRuns(runs.ctx);
      const { queued, running } = await countActiveRuns(runs.ctx);
      return queued + running === 0;
    });
  });

  after(() => runs.close());

  async function asked(skill: string): Promise<string> {
    return await runs.ask({ skill: await runs.newSkill(skill) });
  }

  /** As if the run had been asked for that long ago. */
  async function age(id: string, column: 'next_attempt_at' | 'deadline_at' | 'lease_until', ago: string) {
    await sql`update install_runs set ${sql.ref(column)} = now() - ${ago}::interval where id = ${id}`.execute(
      query(runs.ctx),
    );
  }

  async function eventsOf(id: string): Promise<RunEvent[]> {
    return (await runs.app.call('GET', `/api/install-runs/${id}/events`)).body['items'] as RunEvent[];
  }

  async function stallsOf(id: string): Promise<Record<string, unknown>[]> {
    return (await eventsOf(id)).filter(({ type }) => type === 'run.stalled').map(({ data }) => data);
  }

  it('ends a run that waited past its deadline, and says so', async () => {
    const id = await asked('too-late');
    await age(id, 'deadline_at', '1 second');
    assert.equal(await sweepRuns(runs.ctx), 1);
    const run = await runs.shown(id);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'timeout:install_run']);
    assert.deepEqual((await eventsOf(id)).at(-1)?.data, { reason: 'deadline_passed' });
    assert.equal(await sweepRuns(runs.ctx), 0);
  });

  it('takes the lease of an attempt that hangs past the deadline, though its worker is alive', async () => {
    const id = await asked('hanging');
    const { leaseToken } = await runs.claim(id);
    const held = [{ runId: id, leaseToken }];
    const terms = { leaseMs: 60_000, graceMs: 60_000 };
    await age(id, 'deadline_at', '30 seconds');
    assert.ok((await extendLeases(runs.ctx, held, terms)).has(leaseToken), 'an attempt may still be ending');
    await age(id, 'deadline_at', '90 seconds');
    assert.equal((await extendLeases(runs.ctx, held, terms)).size, 0);
    await age(id, 'lease_until', '1 second');
    assert.equal(await sweepRuns(runs.ctx), 1);
    assert.equal((await runs.shown(id)).error?.code, 'timeout:install_run');
  });

  it('tells once of a run that no worker takes, which can be taken all the same', async () => {
    const id = await asked('nobody');
    assert.equal(await sweepRuns(runs.ctx), 0);
    assert.deepEqual(await stallsOf(id), [], 'it did not wait for long');
    await age(id, 'next_attempt_at', '10 minutes');
    for (let sweep = 0; sweep < 3; sweep += 1) await sweepRuns(runs.ctx);
    const [stall, ...more] = await stallsOf(id);
    assert.equal(stall?.['reason'], 'no_worker_free');
    assert.ok(Number(stall['waitedSeconds']) >= 600);
    assert.deepEqual(more, []);
    const { body } = await runs.app.call('GET', `/api/audit-logs?target=${id}&action=run.stall`);
    assert.equal((body['items'] as unknown[]).length, 1);
    assert.equal((await runs.attempt(id)).status, 'success');
  });

  it('tells again when the run waits for too long a second time', async () => {
    const id = await asked('twice');
    await age(id, 'next_attempt_at', '10 minutes');
    await sweepRuns(runs.ctx);
    await runs.claim(id);
    await age(id, 'lease_until', '1 second');
    assert.equal(await sweepRuns(runs.ctx), 1);
    await age(id, 'next_attempt_at', '10 minutes');
    await sweepRuns(runs.ctx);
    assert.equal((await stallsOf(id)).length, 2);
  });

  it('tells whether the connection is busy or paused', async () => {
    const [atWork, waiting] = [await asked('at-work'), await asked('behind')];
    await runs.claim(atWork);
    await age(waiting, 'next_attempt_at', '10 minutes');
    await sweepRuns(runs.ctx);
    assert.equal((await stallsOf(waiting))[0]?.['reason'], 'connection_busy');
    const paused = await asked('paused');
    await sql`update provider_gates set closed_until = now() + interval '1 hour', closed_because = 'it said so'`.execute(
      query(runs.ctx),
    );
    await age(paused, 'next_attempt_at', '10 minutes');
    await sweepRuns(runs.ctx);
    const [stall] = await stallsOf(paused);
    assert.deepEqual([stall?.['reason'], stall?.['because']], ['connection_paused', 'it said so']);
  });

  it(`moves each run once, however many sweep at the same time`, async () => {
    const ids: string[] = [];
    for (let number = 0; number < ABANDONED; number += 1) {
      const id = await asked(`abandoned-${number}`);
      await runs.claim(id);
      ids.push(id);
    }
    const before = sweptCounts().get('lease_expired') ?? 0;
    for (const id of ids) await age(id, 'lease_until', '1 second');
    const moved = await Promise.all(Array.from({ length: SWEEPERS }, async () => await sweepRuns(runs.ctx)));
    assert.equal(
      moved.reduce((sum, count) => sum + count, 0),
      ABANDONED,
    );
    assert.equal((sweptCounts().get('lease_expired') ?? 0) - before, ABANDONED);
    for (const id of ids) {
      const last = (await eventsOf(id)).filter(({ type }) => type === 'run.lease_expired');
      assert.deepEqual(
        last.map(({ data }) => data),
        [{ reason: 'lease_expired' }],
      );
    }
  });

  it('counts what waits, what is at work, and what is forgotten', async () => {
    const none = await countActiveRuns(runs.ctx);
    assert.deepEqual(Object.values(none), [0, 0, 0, 0, 0, 0, 0]);
    const [held, canceled, stalled] = [await asked('held'), await asked('ending'), await asked('stalled')];
    await age(held, 'next_attempt_at', '2 seconds');
    await runs.claim(held);
    await age(canceled, 'next_attempt_at', '2 seconds');
    await runs.claim(canceled);
    await runs.app.call('POST', `/api/install-runs/${canceled}/cancel`);
    await age(stalled, 'next_attempt_at', '10 minutes');
    await sweepRuns(runs.ctx);
    await age(held, 'lease_until', '1 second');
    const { longestDueSeconds, ...counts } = await countActiveRuns(runs.ctx);
    assert.deepEqual(counts, { queued: 1, due: 1, stalled: 1, running: 2, canceling: 1, abandoned: 1 });
    assert.ok(longestDueSeconds >= 600);
  });

  it('finds no run in the queue that nobody may take, as there cannot be one', async () => {
    const id = await asked('no-attempt-left');
    await assert.rejects(
      sql`update install_runs set attempt = max_attempts where id = ${id}`.execute(query(runs.ctx)),
      /install_runs_queued_check/,
    );
  });
});

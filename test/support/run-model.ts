/** Commands of a random walk through the runs of one provider, and what must hold after each of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { FaultStep } from '../../emulators/faults.ts';
import { query } from '../../lib/db/database.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { type ClaimedRun, claimRuns } from '../../lib/runs/claim.ts';
import type { Run, RunEvent } from '../../lib/runs/schema.ts';
import { isTerminal, TRANSITIONS } from '../../lib/runs/states.ts';
import { sweepRuns } from '../../lib/runs/sweep.ts';
import { executeRun } from '../../lib/worker/execute-run.ts';
import { RunInterrupted } from '../../lib/worker/run-interrupted.ts';
import { inlineSkill } from './skills.ts';
import type { SteppedRuns } from './stepped-runs.ts';

/** What the walk knows: which runs were promised, and how each of them looked last. */
export interface Model {
  readonly skills: readonly string[];
  readonly known: Map<string, Run>;
  /** Held by workers that were cut off from the world, and may act yet. */
  readonly zombies: ClaimedRun[];
}

export type Step =
  | { readonly type: 'install' | 'uninstall' | 'new version' | 'install, sent twice'; readonly skill: number }
  | { readonly type: 'cancel' | 'retry'; readonly run: number }
  | { readonly type: 'work'; readonly fault: FaultStep | null }
  | { readonly type: 'work, canceled' | 'die' | 'hand over' | 'wake a zombie' | 'sweep' | Passing };

type Passing = (typeof PASSING)[number];

const CREATE = { method: 'POST', path: '/skills$' } as const;
const FAULTS: readonly (FaultStep | null)[] = [
  null,
  null,
  { match: CREATE, apply: true, then: 'drop' },
  { match: CREATE, apply: false, then: 'drop' },
  { match: { method: 'GET' }, then: { status: 503 } },
  { match: { method: 'POST' }, apply: true, then: { status: 500 } },
  { match: { method: 'POST' }, then: { status: 400, body: '{}' } },
  { match: { method: 'DELETE' }, apply: true, then: 'drop' },
];

const PASSING = ['back-offs end', 'everything waits', 'deadlines pass'] as const;

export const steps = fc.array(
  fc.oneof<fc.WeightedArbitrary<Step>[]>(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('install'), skill: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('install, sent twice'), skill: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('uninstall'), skill: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('new version'), skill: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel'), run: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('retry'), run: fc.nat(9) }) },
    { weight: 6, arbitrary: fc.record({ type: fc.constant('work'), fault: fc.constantFrom(...FAULTS) }) },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom('die', 'hand over', 'sweep', 'wake a zombie')
        .map((type) => ({ type }) as const),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom('work, canceled', ...PASSING).map((type) => ({ type }) as const),
    },
  ),
  { minLength: 4, maxLength: 24 },
);

export async function take(runs: SteppedRuns, model: Model, step: Step): Promise<void> {
  switch (step.type) {
    case 'install':
    case 'uninstall':
      return await ask(runs, model, step.type, model.skills[step.skill] ?? '');
    case 'install, sent twice':
      return await askTwice(runs, model, model.skills[step.skill] ?? '');
    case 'new version': {
      const name = model.skills[step.skill] ?? '';
      const body = inlineSkill(name, `Version ${model.known.size} ${crypto.randomUUID()}`);
      assert.ok((await runs.app.call('POST', `/api/skills/${name}/versions`, body)).status < 300);
      return;
    }
    case 'cancel':
    case 'retry':
      return await act(runs, model, step.type, step.run);
    case 'work':
      return await work(runs, step.fault);
    case 'work, canceled': {
      const [run] = await claim(runs, 60_000);
      if (!run) return;
      await runs.app.call('POST', `/api/install-runs/${run.id}/cancel`);
      const signal = AbortSignal.abort(new RunInterrupted('canceled'));
      return await executeRun(runs.ctx, adapters, run, signal);
    }
    case 'die': {
      const [run] = await claim(runs, 1);
      if (run) model.zombies.push(run);
      return;
    }
    case 'hand over':
      for (const type of ['die', 'sweep', 'die'] as const) await take(runs, model, { type });
      return;
    case 'wake a zombie': {
      const run = model.zombies.shift();
      if (run) await wake(runs, run);
      return;
    }
    case 'sweep':
      return void (await sweepRuns(runs.ctx));
    case 'back-offs end':
      return await makeDue(runs);
    case 'everything waits':
      return await moveBack(runs, 'next_attempt_at');
    case 'deadlines pass':
      await moveBack(runs, 'deadline_at');
      return void (await sweepRuns(runs.ctx));
  }
}

async function ask(
  runs: SteppedRuns,
  model: Model,
  action: 'install' | 'uninstall',
  skill: string,
): Promise<void> {
  const body = { action, skill, providers: ['openai-test'] };
  const { status, body: made } = await runs.app.call('POST', '/api/install-runs', body);
  assert.ok(status === 202 || status === 409, JSON.stringify(made));
  if (status === 202) await remember(runs, model, (made['runIds'] as string[])[0] ?? '');
}

/** Both at the same moment, with one key: one answer. */
async function askTwice(runs: SteppedRuns, model: Model, skill: string): Promise<void> {
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const body = { skill, providers: ['openai-test'] };
  const answers = await Promise.all(
    [1, 2].map(async () => await runs.app.call('POST', '/api/install-runs', body, { headers })),
  );
  const [one, other] = answers;
  assert.equal(one?.status, other?.status);
  if (one?.status !== 202) return assert.equal(one?.status, 409);
  assert.deepEqual(one.body, other?.body);
  await remember(runs, model, (one.body['runIds'] as string[])[0] ?? '');
}

async function act(runs: SteppedRuns, model: Model, verb: 'cancel' | 'retry', index: number): Promise<void> {
  const ids = [...model.known.keys()];
  const id = ids[index % Math.max(1, ids.length)];
  if (id === undefined) return;
  const { status, body } = await runs.app.call('POST', `/api/install-runs/${id}/${verb}`);
  if (verb === 'cancel') assert.equal(status, 200);
  else {
    assert.ok(status === 202 || status === 409, JSON.stringify(body));
    if (status === 202) await remember(runs, model, (body['runIds'] as string[])[0] ?? '');
  }
}

async function remember(runs: SteppedRuns, model: Model, id: string): Promise<void> {
  if (!model.known.has(id)) model.known.set(id, await runs.shown(id));
}

async function claim(runs: SteppedRuns, leaseMs: number): Promise<ClaimedRun[]> {
  return await claimRuns(runs.ctx, { workerId: 'walk', limit: 1, workerSlots: 100, leaseMs });
}

async function work(runs: SteppedRuns, fault: FaultStep | null): Promise<void> {
  const [run] = await claim(runs, 60_000);
  if (!run) return;
  const { script } = runs.providers.faults.openai;
  if (fault) script.push(fault);
  await executeRun(runs.ctx, adapters, run, new AbortController().signal);
  script.length = 0;
}

/** What it does is written down only while nobody else was given its run. */
async function wake(runs: SteppedRuns, run: ClaimedRun): Promise<void> {
  const before = await runs.shown(run.id);
  const isHeld = before.status === 'running' && before.attempt === run.attempt;
  // A stale one may send nothing; handing the run back is what it could write all the same.
  const signal = isHeld ? new AbortController().signal : AbortSignal.abort(new RunInterrupted('draining'));
  await executeRun(runs.ctx, adapters, run, signal);
  if (!isHeld) assert.deepEqual(await runs.shown(run.id), before, 'a stale worker changed a run');
}

/** Back-offs and pauses are over. */
export async function makeDue(runs: SteppedRuns): Promise<void> {
  const db = query(runs.ctx);
  await sql`update install_runs set next_attempt_at = now() where status = 'queued'`.execute(db);
  await sql`update provider_gates set closed_until = null, failures = 0`.execute(db);
}

/** As if much time had gone by for what waits. */
async function moveBack(runs: SteppedRuns, column: 'next_attempt_at' | 'deadline_at'): Promise<void> {
  await sql`update install_runs set ${sql.ref(column)} = now() - interval '10 minutes' where status = 'queued'`.execute(
    query(runs.ctx),
  );
}

/** Everything that must be so after every step. */
export async function check(runs: SteppedRuns, model: Model): Promise<void> {
  const active = new Map<string, string>();
  for (const [id, before] of model.known) {
    const now = await runs.shown(id);
    if (isTerminal(before.status)) assert.deepEqual(now, before, `${id} had ended`);
    assert.ok(now.attempt <= now.maxAttempts);
    if (!isTerminal(now.status)) {
      assert.equal(active.get(now.skill.id), undefined, `two runs are at work on ${now.skill.name}`);
      active.set(now.skill.id, id);
    } else if (now.error?.code === 'uncertain:provider') assert.equal(now.result?.effect, 'unknown');
    model.known.set(id, now);
  }
}

/** The log of every run leads from its creation to what it is, by transitions that exist, each once and each on record. */
export async function checkLogs(runs: SteppedRuns, model: Model): Promise<void> {
  for (const [id, run] of model.known) {
    const { body } = await runs.app.call('GET', `/api/install-runs/${id}/events?limit=100`);
    const [created, ...events] = body['items'] as RunEvent[];
    assert.equal(created?.type, 'run.created');
    let status: string = 'queued';
    for (const [index, event] of events.entries()) {
      assert.equal(event.seq, index + 2);
      const { from, to } = TRANSITIONS[event.type as keyof typeof TRANSITIONS];
      assert.ok((from as readonly string[]).includes(status), `${event.type} from ${status}`);
      assert.deepEqual([event.from, event.to], [status, to]);
      status = to;
    }
    assert.equal(status, run.status);
    await assert.rejects(
      sql`update install_runs set error = null, result = null where id = ${id}`.execute(query(runs.ctx)),
      /a finished run cannot be changed/,
    );
    const audited = await sql<{ count: number }>`
      select count(*)::integer as count from audit_logs where target_id = ${id} and target_type = 'install_run'`.execute(
      query(runs.ctx),
    );
    assert.equal(audited.rows[0]?.count, events.length + 1, `${id} has an audit row for every event`);
  }
}

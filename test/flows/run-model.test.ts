/** Random walks through the life of runs: API, workers, sweeper, cancels, deaths and faults in any order. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import fc from 'fast-check';
import { adapters } from '../../lib/providers/registry.ts';
import type { Installation } from '../../lib/connections/schema.ts';
import { isTerminal } from '../../lib/runs/states.ts';
import { sweepRuns } from '../../lib/runs/sweep.ts';
import { sweepDuplicates } from '../../lib/worker/sweep-duplicates.ts';
import { describeEachEngine } from '../support/databases.ts';
import { check, checkLogs, makeDue, type Model, type Step, steps, take } from '../support/run-model.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

/** `MODEL_WALKS=500 MODEL_SEED=7 npm test -- run-model` for a long one. */
const WALKS = Number(process.env['MODEL_WALKS'] ?? 8);
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_123);

describeEachEngine('runs', (open) => {
  let runs: SteppedRuns;
  let walks = 0;

  before(async () => {
    runs = await startSteppedRuns(await open(), { runMaxAttempts: 3, providerTimeoutMs: 150 });
  });

  after(() => runs.close());

  it(`keep their promises on ${WALKS} random walks (seed ${SEED})`, {
    timeout: 240_000 + 4000 * WALKS,
  }, async () => {
    await fc.assert(fc.asyncProperty(steps, walk), { seed: SEED, numRuns: WALKS });
  });

  async function walk(taken: readonly Step[]): Promise<void> {
    walks += 1;
    const names = [`walk-${walks}-a`, `walk-${walks}-b`];
    for (const name of names) await runs.newSkill(name);
    const model: Model = { skills: names, known: new Map(), zombies: [] };
    for (const step of taken) {
      await take(runs, model, step);
      await check(runs, model);
    }
    await settle(model);
    await checkLogs(runs, model);
    for (const name of names)
      await until(
        `what is told of ${name} is so`,
        async () => (await isTold(name)) || (await sweepDuplicates(runs.ctx, adapters), false),
        { every: 100 },
      );
    await runs.emptyAccount();
  }

  /** Faults are over: every run ends, and what landed twice is swept. */
  async function settle(model: Model): Promise<void> {
    await until(
      'every run has ended',
      async () => {
        await makeDue(runs);
        await sweepRuns(runs.ctx);
        await take(runs, model, { type: 'work', fault: null });
        await check(runs, model);
        return [...model.known.values()].every(({ status }) => isTerminal(status));
      },
      { within: 30_000 },
    );
    while (model.zombies.length > 0) await take(runs, model, { type: 'wake a zombie' });
    await check(runs, model);
  }

  /** What we say is there is there, and nothing else; unless we say that it is not known. */
  async function isTold(name: string): Promise<boolean> {
    const held = await runs.held(name);
    const { body } = await runs.app.call('GET', `/api/installations?skill=${name}`);
    const [installation, ...others] = body['items'] as Installation[];
    assert.equal(others.length, 0);
    const { body: last } = await runs.app.call('GET', `/api/install-runs?skill=${name}&limit=1`);
    const [run] = last['items'] as { result: { effect: string } | null }[];
    if (installation?.drift === 'unknown' || run?.result?.effect === 'unknown') return true;
    return JSON.stringify(held) === JSON.stringify(installation ? [installation.externalId] : []);
  }
});

/** A failing case is made small and printed with the command that repeats it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CaseProcess } from './case-process.ts';
import { type Area, runArea } from './run-area.ts';

const area: Area = {
  name: 'numbers',
  known: [{ what: 'a known one', input: () => 7 }],
  cases: fc.integer({ min: 0, max: 1000 }),
  inputOf: (some) => some,
  goodOutcome: 'small',
  leastOutcomes: 1,
};

/** Refuses everything above ten, and seven. */
const process: CaseProcess = {
  run: (_task, input) =>
    Promise.resolve(
      Number(input) > 10 || input === 7
        ? { held: false, reason: `${String(input)} is wrong` }
        : { held: true, outcome: 'small', peakBytes: 5 },
    ),
  close: () => Promise.resolve(),
};

describe('a run of an area', () => {
  it('reports known cases and the smallest of those at random, and how to repeat it', async () => {
    const { failures } = await runArea(area, { seed: 1, cases: 100 }, process);
    assert.equal(failures[0], 'numbers: a known one: 7 is wrong');
    assert.match(failures[1] ?? '', /numbers: (7|11) is wrong\nsmallest case: (7|11)\n/);
    const path = /--only numbers --seed 1 --cases 100 --path ([\d:]+)$/.exec(failures[1] ?? '')?.[1];
    const again = await runArea(area, { seed: 1, cases: 100, path }, process);
    assert.equal(again.failures.length, 1);
    assert.equal(again.failures[0]?.split('\n')[1], failures[1]?.split('\n')[1]);
  });

  it('counts outcomes when nothing is wrong', async () => {
    const good: Area = { ...area, known: [], cases: fc.constant(3) };
    const report = await runArea(good, { seed: 1, cases: 20 }, process);
    assert.deepEqual([report.failures, report.outcomes, report.cases], [[], [['small', 20]], 20]);
  });
});

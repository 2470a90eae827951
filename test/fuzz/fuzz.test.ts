/** A short run of every area; `npm run fuzz` is the long one. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AREAS } from './areas.ts';
import { type CaseProcess, startCaseProcess } from './case-process.ts';
import { runArea } from './run-area.ts';

const SEED = 20_260_801;
const CASES = 300;

describe('hostile input', () => {
  let cases: CaseProcess;
  before(() => {
    cases = startCaseProcess();
  });
  after(() => cases.close());

  for (const area of AREAS) {
    it(`does no harm: ${area.name}`, async () => {
      const report = await runArea(area, { seed: SEED, cases: CASES }, cases);
      assert.deepEqual(report.failures, []);
      // Cases that are all refused for the same reason would try out nothing.
      assert.ok(report.outcomes.length >= area.leastOutcomes, JSON.stringify(report.outcomes));
      assert.ok(
        report.outcomes.some(([outcome]) => outcome === area.goodOutcome),
        JSON.stringify(report.outcomes),
      );
    });
  }
});

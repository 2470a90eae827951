/** A short run of every area; `npm run fuzz` is the long one. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AREA_NAMES, openArea } from './areas.ts';
import { runArea } from './run-area.ts';

const SEED = 20_260_801;
const CASES = 300;
const LONG = new Set(['git', 'imports']);

describe('hostile input', () => {
  for (const name of AREA_NAMES) {
    it(`does no harm: ${name}`, async () => {
      const { area, process } = await openArea(name);
      try {
        // What takes minutes to be made and read is for the long run.
        const known = LONG.has(name) ? [] : area.known;
        const report = await runArea({ ...area, known }, { seed: SEED, cases: CASES }, process);
        assert.deepEqual(report.failures, []);
        // Cases that are all refused for the same reason would try out nothing.
        assert.ok(report.outcomes.length >= area.leastOutcomes, JSON.stringify(report.outcomes));
        assert.ok(
          report.outcomes.some(([outcome]) => outcome === area.goodOutcome),
          JSON.stringify(report.outcomes),
        );
      } finally {
        await process.close();
      }
    });
  }
});

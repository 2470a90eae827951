/** A short chaos run holds every promise; with a bug planted the checker says which one is broken. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { skipReason } from '../support/databases.ts';
import { BUG_NAMES, preloadOf } from './bugs.ts';
import { isGreen } from './checker.ts';
import { type ChaosOptions, runChaos } from './run-chaos.ts';

const SHORT = { seed: 20_261_123, preload: null, faults: 'all', settleMs: 120_000, say: () => {} } as const;

const LONG = { timeout: 900_000 };

/** Faults come by chance: on a slow machine few may fall into the seconds of one run. */
const TRIES = 3;

/** What each planted bug must be seen by. */
const SEEN_BY: Readonly<Record<string, RegExp>> = {
  'no-sweep': /^every run that was promised has ended$/,
  keyless: /^one batch a key/,
  'no-intents': /^nothing is sent that was not written down before$/,
  'sure-of-failure': /^no run without a request, no object without a record$/,
  unaudited: /^every transition has its audit row$/,
};

async function broken(options: ChaosOptions): Promise<string[]> {
  const { report } = await runChaos(options);
  return report.verdicts.filter(({ violations }) => violations.length > 0).map(({ invariant }) => invariant);
}

describe('chaos', { skip: skipReason('postgres') }, () => {
  it('breaks nothing that was promised', LONG, async () => {
    const { report, log, faults } = await runChaos({ ...SHORT, seconds: 10 });
    assert.ok(isGreen(report), JSON.stringify(report, null, 2));
    assert.ok(faults > 3 && log.promised.length > 20, 'something has happened');
  });

  for (const bug of BUG_NAMES)
    it(`shows the bug ${bug}`, LONG, async () => {
      const faults = bug === 'no-sweep' ? 'all' : 'providers';
      const settleMs = bug === 'no-sweep' ? 8000 : 120_000;
      const options = { ...SHORT, preload: preloadOf(bug), faults, seconds: 8, settleMs } as const;
      const seen: string[] = [];
      const isSeen = (): boolean => seen.some((invariant) => SEEN_BY[bug]?.test(invariant));
      for (let attempt = 0; attempt < TRIES && !isSeen(); attempt++)
        seen.push(...(await broken({ ...options, seed: SHORT.seed + attempt })));
      assert.ok(isSeen(), `seen: ${seen.join('; ')}`);
    });
});

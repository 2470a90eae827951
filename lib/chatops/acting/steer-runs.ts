/** Cancels runs that are at work, and does again what failed. */
import { cancelRuns, lastFailures, retryRuns, type RunChoice, runsAtWork } from '../../runs/choose-runs.ts';
import { started } from './change-installations.ts';
import type { Deed } from './deed.ts';

export function cancelChosen(choice: RunChoice): Deed {
  return {
    isChange: true,
    prepare: async () => new Map(),
    plan: async (ctx) => ({ plan: [], runs: await runsAtWork(ctx, choice) }),
    async carryOut(tx, confirmed) {
      const ids = confirmed ?? (await runsAtWork(tx, choice)).map(({ id }) => id);
      return { is: 'canceled', runs: await cancelRuns(tx, ids) };
    },
  };
}

export function retryChosen(choice: RunChoice): Deed {
  return {
    isChange: true,
    prepare: async () => new Map(),
    plan: async (ctx) => ({ plan: [], runs: await lastFailures(ctx, choice) }),
    async carryOut(tx, confirmed) {
      const failed = await lastFailures(tx, choice);
      const wanted = failed.filter(({ id }) => confirmed === null || confirmed.includes(id));
      return started(
        await retryRuns(
          tx,
          wanted.map(({ id }) => id),
        ),
      );
    },
  };
}

/** Cancels, retries and reads runs that are named by their skills and connections instead of by their ids. */
import { requireRole } from '../auth/principal.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { cancelAll, canceling } from './cancel-run.ts';
import { type RunChoice, selectLastFailures, selectNewestRuns, selectRunsAtWork } from './chosen-store.ts';
import { retryThese } from './retry-runs.ts';
import type { CreatedRuns, Run } from './schema.ts';
import { shapeRun } from './shape.ts';
import { selectRuns } from './store.ts';

export type { RunChoice } from './chosen-store.ts';

/** One message steers so many runs at most; the newest come first. */
export const MOST_CHOSEN = 500;

export async function newestRuns(ctx: Context, choice: RunChoice, limit: number): Promise<Run[]> {
  requireRole(ctx, 'viewer');
  return (await selectNewestRuns(ctx, choice, limit)).map(shapeRun);
}

/** Those that have not ended. */
export async function runsAtWork(ctx: Context, choice: RunChoice): Promise<Run[]> {
  requireRole(ctx, 'viewer');
  return (await selectRunsAtWork(ctx, choice, MOST_CHOSEN)).map(shapeRun);
}

/** Targets whose last run failed: that run of each. */
export async function lastFailures(ctx: Context, choice: RunChoice): Promise<Run[]> {
  requireRole(ctx, 'viewer');
  return (await selectLastFailures(ctx, choice, MOST_CHOSEN)).map(shapeRun);
}

/** What has ended in between stays as it is. */
export async function cancelRuns(ctx: Context, ids: readonly string[]): Promise<Run[]> {
  requireRole(ctx, 'operator');
  return await canceling(ctx, async (tx) => {
    await cancelAll(tx, ids);
    return (await selectRuns(tx, ids)).map(shapeRun);
  });
}

/** One batch for what installs and one for what uninstalls. Throws what `createRuns` throws. */
export async function retryRuns(tx: TxContext, ids: readonly string[]): Promise<CreatedRuns[]> {
  requireRole(tx, 'operator');
  const runs = await selectRuns(tx, ids);
  const batches: CreatedRuns[] = [];
  for (const alike of Map.groupBy(runs, (run) => run.action).values())
    batches.push(await retryThese(tx, alike));
  tx.db.notify('runs_queued');
  return batches;
}

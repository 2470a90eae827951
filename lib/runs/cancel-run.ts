/** Cancels a run in any state: a waiting one ends at once, a running one as soon as its worker hears of it. */
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { STORED_CODES } from '../kernel/errors.ts';
import { getRun } from './read-runs.ts';
import type { Run } from './schema.ts';
import { transitionRuns } from './transition.ts';

/** Idempotent; a finished run is answered as it is. Throws `not_found:install_run`. */
export async function cancelRun(ctx: Context, id: string): Promise<Run> {
  requireRole(ctx, 'operator');
  const run = await transaction(ctx, async (tx) => {
    const before = await getRun(tx, id);
    if (before.status === 'queued') {
      const error = {
        code: 'canceled:install_run',
        message: `${ctx.principal.name} canceled the run before it was sent`,
        retryable: STORED_CODES['canceled:install_run'].retryable,
        providerStatus: null,
        providerRequestId: null,
      };
      // No row: a worker took it in between, so ask that worker.
      const ended = await transitionRuns(tx, [{ runId: id, event: 'run.canceled', fence: null, error }]);
      if (ended.size > 0) return await getRun(tx, id);
    }
    await transitionRuns(tx, [
      { runId: id, event: 'run.cancel_requested', fence: null, phase: 'cancelling' },
    ]);
    return await getRun(tx, id);
  });
  ctx.db.notify('runs_canceling');
  ctx.db.notify('runs_changed');
  return run;
}

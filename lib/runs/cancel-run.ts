/** Cancels a run in any state: a waiting one ends at once, a running one as soon as its worker hears of it. */
import { requireRole } from '../auth/principal.ts';
import { markInstallationUnknown } from '../connections/installation-store.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { STORED_CODES } from '../kernel/errors.ts';
import { hasOpenIntent } from './intent-store.ts';
import { getRun } from './read-runs.ts';
import type { Run } from './schema.ts';
import { lockRun } from './store.ts';
import { transitionRuns, UNKNOWN_RESULT } from './transition.ts';

/** Idempotent; a finished run is answered as it is. Throws `not_found:install_run`. */
export async function cancelRun(ctx: Context, id: string): Promise<Run> {
  requireRole(ctx, 'operator');
  const run = await transaction(ctx, async (tx) => {
    // Locked, or a worker could take it after this look, and would never hear of the cancel.
    const held = await lockRun(tx, id);
    if (held?.status === 'queued') {
      await cancelWaiting(
        tx,
        { id, providerId: held.provider_id, skillId: held.skill_id },
        `${ctx.principal.name} canceled the run while it waited`,
      );
    } else if (held?.cancel_requested_at === null) {
      await transitionRuns(tx, [
        { runId: id, event: 'run.cancel_requested', fence: null, phase: 'cancelling' },
      ]);
    }
    return await getRun(tx, id);
  });
  ctx.db.notify('runs_canceling');
  ctx.db.notify('runs_changed');
  return run;
}

/** Ends a run that nobody works on. When it sent something of which nothing is known, it says so. */
export async function cancelWaiting(
  tx: TxContext,
  run: { readonly id: string; readonly providerId: string; readonly skillId: string },
  message: string,
): Promise<void> {
  const error = {
    code: 'canceled:install_run',
    message,
    retryable: STORED_CODES['canceled:install_run'].retryable,
    providerStatus: null,
    providerRequestId: null,
  };
  const isUncertain = await hasOpenIntent(tx, run.id);
  const result = isUncertain ? UNKNOWN_RESULT : null;
  await transitionRuns(tx, [
    { runId: run.id, event: 'run.canceled', fence: null, error, result, pendingToken: null },
  ]);
  if (isUncertain) await markInstallationUnknown(tx, run);
}

/** Cancels a run in any state: a waiting one ends at once, a running one as soon as its worker hears of it. */
import { requireRole } from '../auth/principal.ts';
import { markInstallationUnknown } from '../connections/installation-store.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { STORED_CODES } from '../kernel/errors.ts';
import { hasOpenIntent } from './intent-store.ts';
import { getBatch, getRun } from './read-runs.ts';
import type { Batch, Run } from './schema.ts';
import { isTerminal } from './states.ts';
import { lockRuns } from './store.ts';
import { transitionRuns, UNKNOWN_RESULT } from './transition.ts';

/** Idempotent; a finished run is answered as it is. Throws `not_found:install_run`. */
export async function cancelRun(ctx: Context, id: string): Promise<Run> {
  requireRole(ctx, 'operator');
  return await canceling(ctx, async (tx) => {
    await cancelAll(tx, [id]);
    return await getRun(tx, id);
  });
}

/** Cancels every run of a batch that has not ended, those it shares with other batches too. Idempotent. */
export async function cancelBatch(ctx: Context, id: string): Promise<Batch> {
  requireRole(ctx, 'operator');
  return await canceling(ctx, async (tx) => {
    const { runs } = await getBatch(tx, id);
    await cancelAll(
      tx,
      runs.filter(({ status }) => !isTerminal(status)).map((run) => run.id),
    );
    return await getBatch(tx, id);
  });
}

/** In one transaction, after which workers and listeners hear of it. */
export async function canceling<T>(ctx: Context, act: (tx: TxContext) => Promise<T>): Promise<T> {
  const canceled = await transaction(ctx, act);
  ctx.db.notify('runs_canceling');
  ctx.db.notify('runs_changed');
  return canceled;
}

/** Finished ones stay as they are. */
export async function cancelAll(tx: TxContext, ids: readonly string[]): Promise<void> {
  // Locked, or a worker could take one after this look, and would never hear of the cancel.
  const held = await lockRuns(tx, ids);
  for (const { id, provider_id, skill_id } of held.filter(({ status }) => status === 'queued'))
    await cancelWaiting(
      tx,
      { id, providerId: provider_id, skillId: skill_id },
      `${tx.principal.name} canceled the run while it waited`,
    );
  const atWork = held.filter((run) => run.status === 'running' && run.cancel_requested_at === null);
  await transitionRuns(
    tx,
    atWork.map(({ id }) => ({ runId: id, event: 'run.cancel_requested', fence: null, phase: 'cancelling' })),
  );
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

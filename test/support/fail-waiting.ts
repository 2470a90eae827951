/** Runs that fail while they wait in the queue, as those do whose deadline has passed. */
import { transaction } from '../../lib/db/database.ts';
import type { Context } from '../../lib/kernel/context.ts';
import { transitionRuns } from '../../lib/runs/transition.ts';
import { workerContext } from './context.ts';

export async function failWaiting(ctx: Context, runIds: readonly string[]): Promise<void> {
  const error = {
    code: 'timeout:install_run',
    message: 'The run did not end before its deadline',
    retryable: false,
    providerStatus: null,
    providerRequestId: null,
  };
  await transaction(workerContext(ctx), async (tx) => {
    await transitionRuns(
      tx,
      runIds.map((runId) => ({ runId, event: 'run.failed', fence: null, error, result: null })),
    );
  });
}

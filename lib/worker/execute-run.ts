/** One attempt of one run: act at the provider, decide, commit. */
import type { Context } from '../kernel/context.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import type { Adapters } from '../providers/adapter.ts';
import { AttemptAtProvider } from './attempt-at-provider.ts';
import { decide } from './outcome.ts';
import { RunBatches } from './run-batches.ts';

/**
 * `signal` aborts with RunInterrupted; `batches` are those of the worker, for what its runs do together.
 * Resolves when the outcome is committed, or was not ours to commit.
 */
export async function executeRun(
  ctx: Context,
  adapters: Adapters,
  run: ClaimedRun,
  signal: AbortSignal,
  batches: RunBatches = new RunBatches(ctx),
): Promise<void> {
  const since = await batches.openSince(run);
  const attempt = new AttemptAtProvider(ctx, batches, run, since, signal);
  const happened = await attempt.happen(adapters);
  const decision = decide(happened, {
    attempt: run.attempt,
    maxAttempts: run.maxAttempts,
    remainingMs: run.remainingMs - (performance.now() - run.claimedAt),
    random: Math.random(),
    requests: attempt.requests,
    providerMs: attempt.providerMs,
  });
  const { change } = decision;
  if (change === null) {
    ctx.log.warn({ runId: run.id, attempt: run.attempt }, 'a lease was lost; the run goes on elsewhere');
    return;
  }
  await batches.commit({ run, happened, decision: { ...decision, change }, used: attempt.connection });
}

/** One attempt of one run: act at the provider, decide, commit, and say how it ended. */
import type { Context } from '../kernel/context.ts';
import { markFailed, type Span, traceFields } from '../kernel/tracing.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { TRANSITIONS } from '../runs/states.ts';
import type { Adapters } from '../providers/adapter.ts';
import { AttemptAtProvider } from './attempt-at-provider.ts';
import { type Decision, decide } from './outcome.ts';
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
  const span = beginSpan(ctx, run);
  const log = ctx.log.child({ runId: run.id, attempt: run.attempt, ...traceFields(span) });
  try {
    const change = await attempt({ ...ctx, span, log }, adapters, run, signal, batches);
    const outcome = change?.event ?? 'lease_lost';
    span.setAttribute('skillconvoy.run.outcome', outcome);
    if (change === null) return log.warn('a lease was lost; the run goes on elsewhere');
    if (change.error) markFailed(span, change.error.code);
    const durationMs = Math.round(performance.now() - run.claimedAt);
    const hasEnded = TRANSITIONS[change.event].to !== 'queued';
    log.info({ outcome, durationMs }, hasEnded ? 'a run has ended' : 'an attempt has ended; another follows');
  } catch (error) {
    markFailed(span, 'internal:install_run');
    throw error;
  } finally {
    span.end();
  }
}

/** What became of the run; null when it was not ours any more. */
async function attempt(
  ctx: Context,
  adapters: Adapters,
  run: ClaimedRun,
  signal: AbortSignal,
  batches: RunBatches,
): Promise<Decision['change']> {
  const facts = batches.facts(run);
  // Heard of where they are awaited, which may be later than they fail.
  facts.catch(() => undefined);
  const since = await batches.openSince(run);
  const atProvider = new AttemptAtProvider(ctx, batches, run, { since, facts }, signal);
  const happened = await atProvider.happen(adapters);
  const decision = decide(happened, {
    attempt: run.attempt,
    maxAttempts: run.maxAttempts,
    remainingMs: run.remainingMs - (performance.now() - run.claimedAt),
    random: Math.random(),
    requests: atProvider.requests,
    providerMs: atProvider.providerMs,
  });
  const { change } = decision;
  if (change === null) return null;
  const finished = { run, happened, decision: { ...decision, change }, used: atProvider.connection };
  return (await batches.commit(finished)) ? change : null;
}

/** In the trace of the request that asked for the run; a run that does another one again points to that one's. */
function beginSpan(ctx: Context, run: ClaimedRun): Span {
  return ctx.tracing.begin(`run ${run.action}`, {
    kind: 'consumer',
    parent: run.traceParent,
    link: run.retriedTraceParent,
    attributes: {
      'skillconvoy.run.id': run.id,
      'skillconvoy.run.attempt': run.attempt,
      'skillconvoy.run.action': run.action,
      'skillconvoy.provider.id': run.providerId,
    },
  });
}

/** How much waits and is at work, how old the oldest of it is, and what had to be driven on: asked for at every scrape. */
import type { Context } from '../kernel/context.ts';
import { sweptCounts } from './sweep.ts';
import { countActiveRuns } from './watchdog-store.ts';

const REASONS = ['lease_expired', 'attempts_exhausted', 'cancel_unanswered', 'deadline_passed'] as const;

export function measureRuns(ctx: Context): void {
  const { metrics } = ctx;
  metrics.gauge(
    'runs_active',
    'Runs that have not ended, by what they are at; due and stalled are queued too',
    async () => {
      const { longestDueSeconds: _, ...counts } = await countActiveRuns(ctx);
      return Object.entries(counts).map(([state, value]) => ({ value, attributes: { state } }));
    },
  );
  metrics.gauge(
    'run_longest_due_seconds',
    'How long the run that waits longest could have begun',
    async () => [{ value: (await countActiveRuns(ctx)).longestDueSeconds }],
  );
  metrics.gauge(
    'swept_runs',
    'Runs that nobody drove on until this process found them, since its start',
    () => REASONS.map((reason) => ({ value: sweptCounts().get(reason) ?? 0, attributes: { reason } })),
  );
}

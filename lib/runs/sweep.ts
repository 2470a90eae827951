/** Drives on the runs nobody works on any more: dead workers' leases, passed deadlines, unanswered cancels. */
import { markInstallationUnknown } from '../connections/installation-store.ts';
import { transaction } from '../db/database.ts';
import type { StoredRunError } from '../db/stored-values.ts';
import type { Context } from '../kernel/context.ts';
import { STORED_CODES, type StoredCode } from '../kernel/errors.ts';
import { findOverdueRuns, type OverdueRun } from './claim.ts';
import { type RunChange, transitionRuns, UNKNOWN_RESULT } from './transition.ts';
import { findStalledRuns, type StalledRun } from './watchdog-store.ts';

const SWEEP_LIMIT = 500;

/** How long a run may be due before it is told why nobody takes it. */
const STALLED_AFTER_MS = 300_000;

type SweepReason = OverdueRun['reason'] | StalledRun['reason'];

/** Of this process since it began. */
const found = new Map<SweepReason, number>();

/** How many runs this process found that nobody drove on, by why; for counters that only ever grow. */
export function sweptCounts(): ReadonlyMap<SweepReason, number> {
  return found;
}

/** Safe to run in any number of processes at once. Returns how many runs it moved. */
export async function sweepRuns(ctx: Context): Promise<number> {
  const { moved, stalled } = await transaction(ctx, async (tx) => {
    const overdue = await findOverdueRuns(tx, SWEEP_LIMIT);
    for (const run of overdue)
      if (run.isUncertain && run.reason !== 'lease_expired') await markInstallationUnknown(tx, run);
    const changed = await transitionRuns(tx, overdue.map(changeFor));
    const waiting = await findStalledRuns(tx, STALLED_AFTER_MS, SWEEP_LIMIT);
    await transitionRuns(tx, waiting.map(noteFor));
    return { moved: overdue.filter(({ runId }) => changed.has(runId)), stalled: waiting };
  });
  for (const { reason } of [...moved, ...stalled]) found.set(reason, (found.get(reason) ?? 0) + 1);
  if (moved.length > 0) ctx.log.warn({ runs: moved.map(reasonOf) }, 'runs without a worker were driven on');
  if (stalled.length > 0) ctx.log.warn({ runs: stalled.map(reasonOf) }, 'runs wait that could have begun');
  if (moved.length > 0 || stalled.length > 0) {
    ctx.db.notify('runs_queued');
    ctx.db.notify('runs_changed');
  }
  return moved.length;
}

function reasonOf({ runId, reason }: OverdueRun | StalledRun) {
  return { runId, reason };
}

function noteFor({ runId, reason, because, waitedSeconds }: StalledRun): RunChange {
  const data = { reason, waitedSeconds, ...(because !== null && { because }) };
  return { runId, fence: null, event: 'run.stalled', data };
}

function changeFor(run: OverdueRun): RunChange {
  const base = { runId: run.runId, fence: null, data: { reason: run.reason } };
  const result = run.isUncertain ? UNKNOWN_RESULT : null;
  const end = { ...base, result, pendingToken: null };
  switch (run.reason) {
    case 'lease_expired':
      return { ...base, event: 'run.lease_expired', delayMs: 0 };
    case 'cancel_unanswered':
      return {
        ...end,
        event: 'run.canceled',
        error: runError('canceled:install_run', 'The run was canceled'),
      };
    case 'attempts_exhausted':
      return {
        ...end,
        event: 'run.failed',
        error: endError(run, 'exhausted:install_run', 'Gave up: the worker died in the last attempt'),
      };
    case 'deadline_passed':
      return {
        ...end,
        event: 'run.failed',
        error: endError(run, 'timeout:install_run', 'The run did not end before its deadline'),
      };
  }
}

/** A run that may have changed something never just fails: it is said that nobody knows. */
function endError(run: OverdueRun, code: StoredCode, message: string): StoredRunError {
  if (!run.isUncertain) return runError(code, message);
  const uncertain = `It is not known whether the provider took what was sent. ${message}`;
  return { ...runError('uncertain:provider', uncertain), cause: code };
}

function runError(code: StoredCode, message: string): StoredRunError {
  return {
    code,
    message,
    retryable: STORED_CODES[code].retryable,
    providerStatus: null,
    providerRequestId: null,
  };
}

/** Planned targets → batch, runs, events and audit rows, in the caller's transaction; active runs are reused or refused. */
import { recordAudits } from '../audit/record.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { traceParentOf } from '../kernel/tracing.ts';
import { LONGEST_BACKOFF_MS } from './backoff.ts';
import type { PlannedRun } from './plan.ts';
import type { CreatedRuns } from './schema.ts';
import { shapeRun } from './shape.ts';
import { batchStatus } from './states.ts';
import { insertBatch, type NewRun, selectActiveRuns, selectRuns } from './store.ts';

/** What a run may wait in the queue beside its own attempts. */
const QUEUE_ALLOWANCE_MS = 3_600_000;

/** Smaller is sooner. What people ask for again does not wait behind a backlog. */
const PRIORITY = { first: 100, again: 50 } as const;

export interface BatchInput {
  readonly action: 'install' | 'uninstall';
  readonly onDuplicate: 'reuse' | 'reject';
  /** The run that is done again, by target; none for a first time. */
  retryOf(entry: PlannedRun): string | null;
}

/** Throws `unprocessable:install_run` for what a provider cannot take. */
export function refuseBlocked(planned: readonly PlannedRun[]): void {
  const blocked = planned.filter((entry) => entry.effect === 'blocked');
  if (blocked.length === 0) return;
  throw new AppError('unprocessable:install_run', 'A provider cannot take a skill as it is', {
    issues: blocked.flatMap((entry) =>
      entry.reasons.map((reason) => ({
        path: '/providers',
        message: `${entry.skill.name} on ${entry.provider.slug}: ${reason}`,
      })),
    ),
  });
}

/** Throws `conflict:install_run` when an active run does something else with a target. */
export async function makeBatch(
  tx: TxContext,
  input: BatchInput,
  planned: readonly PlannedRun[],
): Promise<CreatedRuns> {
  const active = await findReusable(tx, input, planned);
  const targets = planned.map((entry) => {
    const reusedId = active.get(targetKey(entry));
    return { entry, runId: reusedId ?? newId('run'), reused: reusedId !== undefined };
  });
  const batchId = newId('batch');
  const fresh = targets.filter((target) => !target.reused);
  await insertBatch(
    tx,
    {
      id: batchId,
      action: input.action,
      source: tx.source,
      requestedBy: principalOf(tx),
      requestId: tx.requestId,
      traceParent: traceParentOf(tx.span),
    },
    // In one order, so that requests for the same targets wait for each other and not in a circle.
    fresh
      .toSorted((one, other) => (targetKey(one.entry) < targetKey(other.entry) ? -1 : 1))
      .map((target) => newRun(tx, target.runId, target.entry, input.retryOf(target.entry))),
    targets,
  );
  await recordAudits(
    tx,
    fresh.map(({ runId, entry }) => ({
      action: 'run.create',
      target: { type: 'install_run', id: runId, name: `${entry.skill.name} → ${entry.provider.slug}` },
      change: {
        batchId,
        action: input.action,
        effect: entry.effect,
        versionId: entry.to?.id ?? null,
        retryOf: input.retryOf(entry),
      },
    })),
  );
  const runIds = targets.map((target) => target.runId);
  const rows = new Map((await selectRuns(tx, runIds)).map((row) => [row.id, row]));
  const runs = runIds.flatMap((id) => rows.get(id) ?? []).map(shapeRun);
  return {
    batchId,
    status: batchStatus(runs.map((run) => run.status)),
    runIds,
    runs,
    reused: targets.filter((target) => target.reused).map((target) => target.runId),
  };
}

/** Target → id of the active run that already does what is asked. Throws when an active run does something else. */
async function findReusable(
  tx: TxContext,
  input: BatchInput,
  planned: readonly PlannedRun[],
): Promise<Map<string, string>> {
  const rows = await selectActiveRuns(
    tx,
    planned.map((entry) => entry.skill.id),
    planned.map((entry) => entry.provider.id),
  );
  const reusable = new Map<string, string>();
  for (const entry of planned) {
    const active = rows.find(
      (row) => row.skill_id === entry.skill.id && row.provider_id === entry.provider.id,
    );
    if (!active) continue;
    const isSame = active.action === input.action && active.skill_version_id === (entry.to?.id ?? null);
    const isEnding = active.cancel_requested_at !== null;
    if (!isSame || isEnding || input.onDuplicate === 'reject') {
      const where = `${entry.skill.name} in ${entry.provider.slug}`;
      throw new AppError(
        'conflict:install_run',
        isEnding
          ? `${active.id} is being canceled and still at work on ${where}; ask again when it has ended`
          : `${active.id} is still at work on ${where}; wait for it or cancel it`,
        { extensions: { runId: active.id } },
      );
    }
    reusable.set(targetKey(entry), active.id);
  }
  return reusable;
}

export function targetKey({
  skill,
  provider,
}: {
  skill: { readonly id: string };
  provider: { readonly id: string };
}): string {
  return `${skill.id} ${provider.id}`;
}

function newRun(ctx: Context, id: string, entry: PlannedRun, retryOf: string | null): NewRun {
  const { runTimeoutMs } = ctx.settings;
  const maxAttempts = entry.provider.maxAttempts ?? ctx.settings.runMaxAttempts;
  return {
    id,
    skillId: entry.skill.id,
    skillVersionId: entry.to?.id ?? null,
    providerId: entry.provider.id,
    maxAttempts,
    deadlineMs: maxAttempts * (runTimeoutMs + LONGEST_BACKOFF_MS) + QUEUE_ALLOWANCE_MS,
    retryOf,
    priority: retryOf === null ? PRIORITY.first : PRIORITY.again,
  };
}

function principalOf(ctx: Context): { type: string; id: string; name: string } {
  const { type, id, name } = ctx.principal;
  return { type, id, name };
}

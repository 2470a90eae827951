/** Puts skills into connections: plans every target, then makes batch, runs, events and audit rows in one transaction. */
import { recordAudits } from '../audit/record.ts';
import { holdConnections } from '../connections/lifecycle-store.ts';
import { requireRole } from '../auth/principal.ts';
import { isUniqueViolation } from '../db/errors.ts';
import { isInTransaction, transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { LONGEST_BACKOFF_MS } from './backoff.ts';
import { type IdempotentRequest, isRepeated, onceForKey } from './idempotency.ts';
import { refuseForbidden } from './refuse-forbidden.ts';
import { holdSkills } from '../skills/lifecycle-store.ts';
import type { PlannedRun } from './plan.ts';
import { previewUnknownRef, registerUnknownRef } from './look-up-ref.ts';
import { planRequest, type Previews } from './plan-request.ts';
import type { CreatedRuns, CreateRuns, Plan } from './schema.ts';
import { shapeRun } from './shape.ts';
import { batchStatus } from './states.ts';
import { insertBatch, type NewRun, selectActiveRuns, selectRuns } from './store.ts';

const ROUTE = 'POST /api/install-runs';

/** What a run may wait in the queue beside its own attempts. */
const QUEUE_ALLOWANCE_MS = 3_600_000;

/** How often a race for the one active run of a target is tried again before it counts as a bug. */
const RACE_TRIES = 5;

/**
 * Answers with the batch at once; workers do the rest.
 * Throws 404 for unknown skills, providers and refs, 409 for unusable providers and active runs that differ,
 * 422 for skills a provider cannot take. Nothing is made unless everything resolves.
 */
export async function createRuns(
  ctx: Context,
  input: CreateRuns,
  idempotencyKey: string | null,
): Promise<{ created: CreatedRuns; isReplay: boolean }> {
  requireRole(ctx, 'operator');
  const request = idempotencyKey === null ? null : { route: ROUTE, key: idempotencyKey, body: { ...input } };
  // Whoever is inside a transaction has done this before it.
  if (!isInTransaction(ctx) && !(await isRepeated(ctx, request))) await registerUnknownRef(ctx, input);
  const made = await retryRaces(
    ctx,
    async () => await transaction(ctx, async (tx) => await createOnce(tx, input, request)),
  );
  ctx.db.notify('runs_queued');
  return made;
}

/** Tries again when another request made the active run of a target in between: then that one is reused. */
export async function retryRaces<T>(ctx: Context, act: () => Promise<T>): Promise<T> {
  if (isInTransaction(ctx)) return await act();
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (tries >= RACE_TRIES || !isUniqueViolation(error, 'install_runs_one_active')) throw error;
    }
  }
}

/** What `createRuns` would do. Writes nothing. */
export async function dryRun(ctx: Context, input: CreateRuns): Promise<Plan> {
  requireRole(ctx, 'operator');
  return await planOnly(ctx, input, await previewUnknownRef(ctx, input));
}

/** The same after the ref was looked up, so that it can be done inside a transaction. */
export async function planOnly(ctx: Context, input: CreateRuns, previews: Previews): Promise<Plan> {
  requireRole(ctx, 'operator');
  const planned = await planRequest(ctx, input, previews);
  return {
    plan: planned.map((entry) => ({
      skill: entry.skill.name,
      provider: entry.provider.slug,
      from: entry.from,
      to: entry.to,
      effect: entry.effect,
      reasons: entry.reasons,
      warnings: entry.warnings,
    })),
  };
}

async function createOnce(tx: TxContext, input: CreateRuns, request: IdempotentRequest | null) {
  const { answer, isReplay } = await onceForKey(tx, request, async () => {
    // Whoever archives or deletes one of them waits for these runs, or is seen by the plan.
    await holdSkills(tx, input.skills ?? [input.skill ?? '']);
    await holdConnections(tx, input.providers);
    const planned = await planRequest(tx, input);
    refuseForbidden(input, planned);
    refuseBlocked(planned);
    return await makeBatch(tx, input, planned);
  });
  return { created: answer, isReplay };
}

function refuseBlocked(planned: readonly PlannedRun[]): void {
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

async function makeBatch(
  tx: TxContext,
  input: CreateRuns,
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
    },
    // In one order, so that requests for the same targets wait for each other and not in a circle.
    fresh
      .toSorted((one, other) => (targetKey(one.entry) < targetKey(other.entry) ? -1 : 1))
      .map((target) => newRun(tx, target.runId, target.entry)),
    targets,
  );
  await recordAudits(
    tx,
    fresh.map(({ runId, entry }) => ({
      action: 'run.create',
      target: { type: 'install_run', id: runId, name: `${entry.skill.name} → ${entry.provider.slug}` },
      change: { batchId, action: input.action, effect: entry.effect, versionId: entry.to?.id ?? null },
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
  input: CreateRuns,
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
    if (!isSame || input.onDuplicate === 'reject') {
      throw new AppError(
        'conflict:install_run',
        `${active.id} is still at work on ${entry.skill.name} in ${entry.provider.slug}; wait for it or cancel it`,
        { extensions: { runId: active.id } },
      );
    }
    reusable.set(targetKey(entry), active.id);
  }
  return reusable;
}

function targetKey(entry: PlannedRun): string {
  return `${entry.skill.id} ${entry.provider.id}`;
}

function newRun(ctx: Context, id: string, entry: PlannedRun): NewRun {
  const { runTimeoutMs } = ctx.settings;
  const maxAttempts = entry.provider.maxAttempts ?? ctx.settings.runMaxAttempts;
  return {
    id,
    skillId: entry.skill.id,
    skillVersionId: entry.to?.id ?? null,
    providerId: entry.provider.id,
    maxAttempts,
    deadlineMs: maxAttempts * (runTimeoutMs + LONGEST_BACKOFF_MS) + QUEUE_ALLOWANCE_MS,
    retryOf: null,
  };
}

function principalOf(ctx: Context): { type: string; id: string; name: string } {
  const { type, id, name } = ctx.principal;
  return { type, id, name };
}

/** Puts skills into connections: plans every target, then makes batch, runs, events and audit rows in one transaction. */
import { holdConnections } from '../connections/lifecycle-store.ts';
import { requireRole } from '../auth/principal.ts';
import { isUniqueViolation } from '../db/errors.ts';
import { isInTransaction, transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { type IdempotentRequest, isRepeated, onceForKey } from './idempotency.ts';
import { refuseForbidden } from './refuse-forbidden.ts';
import { holdSkills } from '../skills/lifecycle-store.ts';
import { previewUnknownRef, registerUnknownRef } from './look-up-ref.ts';
import { makeBatch, refuseBlocked } from './make-batch.ts';
import { planRequest, type Previews } from './plan-request.ts';
import type { CreatedRuns, CreateRuns, Plan } from './schema.ts';
import { shapePlanEntry } from './shape.ts';

const ROUTE = 'POST /api/install-runs';

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
  return { plan: (await planRequest(ctx, input, previews)).map(shapePlanEntry) };
}

async function createOnce(tx: TxContext, input: CreateRuns, request: IdempotentRequest | null) {
  const { answer, isReplay } = await onceForKey(tx, request, async () => {
    // Whoever archives or deletes one of them waits for these runs, or is seen by the plan.
    await holdSkills(tx, input.skills ?? [input.skill ?? '']);
    await holdConnections(tx, input.providers);
    const planned = await planRequest(tx, input);
    refuseForbidden(input, planned);
    refuseBlocked(planned);
    return await makeBatch(tx, { ...input, retryOf: () => null }, planned);
  });
  return { created: answer, isReplay };
}

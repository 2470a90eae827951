/** Does again what failed: same action, version and target, ahead of the backlog, as new runs that name the old ones. */
import { requireRole } from '../auth/principal.ts';
import { holdConnections } from '../connections/lifecycle-store.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { holdSkills } from '../skills/lifecycle-store.ts';
import { selectVersionsById } from '../skills/versions/version-store.ts';
import { retryRaces } from './create-runs.ts';
import { onceForKey } from './idempotency.ts';
import { makeBatch, refuseBlocked, targetKey } from './make-batch.ts';
import { planVersions } from './plan-versions.ts';
import { refuseForbidden } from './refuse-forbidden.ts';
import type { CreatedRuns } from './schema.ts';
import { isTerminal } from './states.ts';
import { type RunRow, selectBatch, selectBatchRuns, selectRuns } from './store.ts';

interface Retried {
  readonly created: CreatedRuns;
  readonly isReplay: boolean;
}

/**
 * Throws `not_found:install_run`, `conflict:install_run` when it is still at work or did succeed, and what `createRuns`
 * throws. A retry that is under way already is answered instead of another.
 */
export async function retryRun(ctx: Context, id: string, idempotencyKey: string | null): Promise<Retried> {
  return await retry(ctx, `POST /api/install-runs/${id}/retry`, idempotencyKey, async (tx) => {
    const [run] = await selectRuns(tx, [id]);
    if (!run) throw new AppError('not_found:install_run', `There is no install run ${id}`);
    if (!isTerminal(run.status)) throw conflict(`${id} is still at work; wait for it or cancel it`);
    if (run.status === 'success') throw conflict(`${id} succeeded; there is nothing to do again`);
    return [run];
  });
}

/** The failed targets only, partly failed ones among them. Throws as `retryRun`; `conflict:install_run` for none. */
export async function retryBatch(ctx: Context, id: string, idempotencyKey: string | null): Promise<Retried> {
  return await retry(ctx, `POST /api/install-batches/${id}/retry`, idempotencyKey, async (tx) => {
    if (!(await selectBatch(tx, id)))
      throw new AppError('not_found:install_run', `There is no install batch ${id}`);
    const runs = await selectBatchRuns(tx, id);
    const failed = runs.filter(({ status }) => status === 'failed' || status === 'partial_failed');
    if (failed.length === 0) throw conflict(`No run of ${id} has failed; there is nothing to do again`);
    return failed;
  });
}

function conflict(message: string): AppError {
  return new AppError('conflict:install_run', message);
}

async function retry(
  ctx: Context,
  route: string,
  key: string | null,
  select: (tx: TxContext) => Promise<RunRow[]>,
): Promise<Retried> {
  requireRole(ctx, 'operator');
  const request = key === null ? null : { route, key, body: {} };
  const made = await retryRaces(
    ctx,
    async () =>
      await transaction(
        ctx,
        async (tx) => await onceForKey(tx, request, async () => await retryThese(tx, await select(tx))),
      ),
  );
  ctx.db.notify('runs_queued');
  return { created: made.answer, isReplay: made.isReplay };
}

/** Runs of one action, each in the version it had, as one batch. */
export async function retryThese(tx: TxContext, runs: readonly RunRow[]): Promise<CreatedRuns> {
  const [{ action } = { action: 'install' as const }] = runs;
  await holdSkills(tx, [...new Set(runs.map((run) => run.skill_id))]);
  await holdConnections(tx, [...new Set(runs.map((run) => run.provider_id))]);
  const retried = new Map(runs.map((run) => [targetKey(targetOf(run)), run.id]));
  const versions = await selectVersionsById(
    tx,
    runs.flatMap((run) => run.skill_version_id ?? []),
  );
  const planned = await planVersions(
    tx,
    action,
    runs.map((run) => ({
      ...targetOf(run),
      version: versions.find(({ id }) => id === run.skill_version_id) ?? null,
    })),
  );
  refuseForbidden({ skills: [...new Set(runs.map((run) => run.skill_id))] }, planned);
  refuseBlocked(planned);
  return await makeBatch(
    tx,
    { action, onDuplicate: 'reuse', retryOf: (entry) => retried.get(targetKey(entry)) ?? null },
    planned,
  );
}

function targetOf(run: RunRow) {
  return { skill: { id: run.skill_id }, provider: { id: run.provider_id } };
}

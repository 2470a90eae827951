/** The SQL of `install_batches`, `install_runs` (but for statuses), `batch_runs`, `provider_intents`, `idempotency_keys`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { StoredPrincipal } from '../db/columns.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import type { RunStatus } from './states.ts';

export interface NewRun {
  readonly id: string;
  readonly skillId: string;
  readonly skillVersionId: string | null;
  readonly providerId: string;
  readonly maxAttempts: number;
  readonly deadlineMs: number;
  readonly retryOf: string | null;
  /** Smaller is sooner. */
  readonly priority: number;
}

export interface NewBatch {
  readonly id: string;
  readonly action: 'install' | 'uninstall';
  readonly source: string;
  readonly requestedBy: StoredPrincipal;
  readonly requestId: string | null;
  /** W3C `traceparent`. */
  readonly traceParent: string | null;
}

export async function insertBatch(
  tx: TxContext,
  batch: NewBatch,
  runs: readonly NewRun[],
  targets: readonly { runId: string; reused: boolean }[],
): Promise<void> {
  const requestedBy = JSON.stringify(batch.requestedBy);
  await query(tx)
    .insertInto('install_batches')
    .values({ id: batch.id, action: batch.action, source: batch.source, requested_by: requestedBy })
    .execute();
  if (runs.length > 0) {
    await query(tx)
      .insertInto('install_runs')
      .values(
        runs.map((run) => ({
          id: run.id,
          batch_id: batch.id,
          action: batch.action,
          skill_id: run.skillId,
          skill_version_id: run.skillVersionId,
          provider_id: run.providerId,
          max_attempts: run.maxAttempts,
          source: batch.source,
          requested_by: requestedBy,
          request_id: batch.requestId,
          retry_of: run.retryOf,
          trace_parent: batch.traceParent,
          priority: run.priority,
          event_seq: 1,
          deadline_at: sql<Date>`now() + make_interval(secs => ${run.deadlineMs / 1000}::double precision)`,
        })),
      )
      .execute();
    await query(tx)
      .insertInto('run_events')
      .values(
        runs.map((run) => ({
          run_id: run.id,
          seq: 1,
          type: 'run.created',
          from_status: null,
          to_status: 'queued',
          attempt: 0,
          data: JSON.stringify({ batchId: batch.id }),
        })),
      )
      .execute();
  }
  await query(tx)
    .insertInto('batch_runs')
    .values(
      targets.map((target, position) => ({
        batch_id: batch.id,
        run_id: target.runId,
        position,
        reused: target.reused,
      })),
    )
    .execute();
}

/** Runs with the names they are shown with; the base of every read. */
export function runsWithNames(ctx: Context) {
  return query(ctx)
    .selectFrom('install_runs as run')
    .innerJoin('skills as skill', 'skill.id', 'run.skill_id')
    .innerJoin('providers as provider', 'provider.id', 'run.provider_id')
    .leftJoin('skill_versions as version', 'version.id', 'run.skill_version_id')
    .selectAll('run')
    .select([
      'skill.name as skill_name',
      'provider.slug as provider_slug',
      'provider.kind as provider_kind',
      'version.number as version_number',
      'version.label as version_label',
      'version.digest as version_digest',
    ]);
}

export type RunRow = Awaited<ReturnType<typeof selectRuns>>[number];

export async function selectRuns(ctx: Context, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return await runsWithNames(ctx).where('run.id', 'in', ids).execute();
}

/** Keeps workers, sweepers and other cancels away from these runs until the transaction ends. */
export async function lockRuns(tx: TxContext, ids: readonly string[]) {
  if (ids.length === 0) return [];
  return await query(tx)
    .selectFrom('install_runs')
    .select(['id', 'status', 'cancel_requested_at', 'provider_id', 'skill_id'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function selectRunPage(
  ctx: Context,
  filter: { status?: RunStatus; skillId?: string; providerId?: string; batchId?: string; source?: string },
  limit: number,
  beforeId: string | null,
) {
  let rows = runsWithNames(ctx).orderBy('run.id', 'desc').limit(limit);
  if (beforeId !== null) rows = rows.where('run.id', '<', beforeId);
  if (filter.status !== undefined) rows = rows.where('run.status', '=', filter.status);
  if (filter.skillId !== undefined) rows = rows.where('run.skill_id', '=', filter.skillId);
  if (filter.providerId !== undefined) rows = rows.where('run.provider_id', '=', filter.providerId);
  if (filter.source !== undefined) rows = rows.where('run.source', '=', filter.source);
  if (filter.batchId !== undefined) {
    const batchId = filter.batchId;
    rows = rows.where('run.id', 'in', (eb) =>
      eb.selectFrom('batch_runs').select('run_id').where('batch_id', '=', batchId),
    );
  }
  return await rows.execute();
}

export async function selectBatch(ctx: Context, id: string) {
  return await query(ctx).selectFrom('install_batches').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function selectBatchRuns(ctx: Context, batchId: string) {
  return await runsWithNames(ctx)
    .innerJoin('batch_runs', 'batch_runs.run_id', 'run.id')
    .where('batch_runs.batch_id', '=', batchId)
    .orderBy('batch_runs.position')
    .execute();
}

/** Active runs of these targets. */
export async function selectActiveRuns(
  ctx: Context,
  skillIds: readonly string[],
  providerIds: readonly string[],
) {
  return await query(ctx)
    .selectFrom('install_runs')
    .select(['id', 'action', 'skill_id', 'skill_version_id', 'provider_id', 'status', 'cancel_requested_at'])
    .where('status', 'in', ['queued', 'running'])
    .where('skill_id', 'in', skillIds)
    .where('provider_id', 'in', providerIds)
    .execute();
}

/** False when another request holds the key; waits for that one's transaction to end first. */
export async function reserveIdempotencyKey(
  tx: TxContext,
  route: string,
  key: string,
  fingerprint: string,
): Promise<boolean> {
  const reserved = await query(tx)
    .insertInto('idempotency_keys')
    .values({ principal_id: tx.principal.id, route, key, fingerprint, response: null })
    .onConflict((conflict) => conflict.columns(['principal_id', 'route', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  return reserved !== undefined;
}

export async function selectIdempotencyKey(ctx: Context, route: string, key: string) {
  return await query(ctx)
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'response'])
    .where('principal_id', '=', ctx.principal.id)
    .where('route', '=', route)
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function storeIdempotentResponse(
  tx: TxContext,
  route: string,
  key: string,
  response: string,
): Promise<void> {
  await query(tx)
    .updateTable('idempotency_keys')
    .set({ response })
    .where('principal_id', '=', tx.principal.id)
    .where('route', '=', route)
    .where('key', '=', key)
    .execute();
}

/** Forgets keys older than that. Returns how many. */
export async function deleteIdempotencyKeys(ctx: Context, olderThanMs: number): Promise<number> {
  const deleted = await query(ctx)
    .deleteFrom('idempotency_keys')
    .where(
      'created_at',
      '<',
      sql<Date>`now() - make_interval(secs => ${olderThanMs / 1000}::double precision)`,
    )
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

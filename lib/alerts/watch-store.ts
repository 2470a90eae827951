/** The SQL that finds what people want to be told of: sealed audit records, ended batches, keys that end soon. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { ONLY_WHEN_NAMED } from './alert-types.ts';

/** Records that may lead to an alert; others are passed over. */
const WATCHED = [
  'run.stall',
  'run.rescue',
  'run.succeed',
  'run.fail',
  'run.fail_partly',
  'run.cancel',
  'provider.verify',
  'provider.update',
  'provider.refuse',
  'installation.drift',
];

export interface WatchedRecord {
  readonly action: string;
  readonly targetId: string;
  readonly targetName: string | null;
  readonly code: string | null;
  readonly change: Readonly<Record<string, unknown>> | null;
}

/** The last seal there is; 0 for none. */
export async function selectLastSeq(ctx: Context): Promise<number> {
  const row = await query(ctx)
    .selectFrom('audit_seals')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** In the order of the chain, those behind `after` and up to `through`. */
export async function selectWatched(ctx: Context, after: number, through: number): Promise<WatchedRecord[]> {
  const rows = await query(ctx)
    .selectFrom('audit_seals')
    .innerJoin('audit_logs', 'audit_logs.id', 'audit_seals.audit_id')
    .select(['action', 'target_id', 'target_name', 'code', 'change'])
    .where('seq', '>', after)
    .where('seq', '<=', through)
    .where('action', 'in', WATCHED)
    .orderBy('seq')
    .execute();
  return rows.map(({ action, target_id: targetId, target_name: targetName, code, change }) => ({
    action,
    targetId,
    targetName,
    code,
    change,
  }));
}

export interface FailedBatch {
  readonly batchId: string;
  readonly action: string;
  readonly total: number;
  readonly failed: number;
  readonly succeeded: number;
  readonly failures: readonly {
    readonly runId: string;
    readonly target: string;
    readonly code: string | null;
    readonly message: string | null;
  }[];
}

/** The batches of these runs whose runs have all ended, some of them failed; with the first few failures. */
export async function selectFailedBatches(tx: TxContext, runIds: readonly string[]): Promise<FailedBatch[]> {
  if (runIds.length === 0) return [];
  const found = await sql<FailedBatch>`
    with ended as (
      select distinct m.batch_id from jsonb_array_elements_text(${JSON.stringify(runIds)}::jsonb) as given(id)
      join batch_runs m on m.run_id = given.id collate "C"
    ), counted as (
      select e.batch_id, count(*)::integer as total,
        (count(*) filter (where r.status in ('failed', 'partial_failed')))::integer as failed,
        (count(*) filter (where r.status = 'success'))::integer as succeeded
      from ended e join batch_runs m on m.batch_id = e.batch_id join install_runs r on r.id = m.run_id
      group by e.batch_id having bool_and(r.finished_at is not null)
    )
    select c.batch_id as "batchId", b.action, c.total, c.failed, c.succeeded, (
      select jsonb_agg(f) from (
        select r.id as "runId", s.name || ' → ' || p.slug as target, r.error ->> 'code' as code,
          r.error ->> 'message' as message
        from batch_runs m join install_runs r on r.id = m.run_id
        join skills s on s.id = r.skill_id join providers p on p.id = r.provider_id
        where m.batch_id = c.batch_id and r.status in ('failed', 'partial_failed')
        order by m.position limit 5) f) as failures
    from counted c join install_batches b on b.id = c.batch_id
    where c.failed > 0 order by c.batch_id`.execute(query(tx));
  return found.rows;
}

export interface ExpiringKey {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

/** Usable keys that end within that time, the soonest first. */
export async function selectExpiringKeys(
  ctx: Context,
  withinMs: number,
  limit: number,
): Promise<ExpiringKey[]> {
  const rows = await query(ctx)
    .selectFrom('api_keys')
    .select(['id', 'name', 'hint', 'expires_at', 'last_used_at'])
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .where('expires_at', '<', sql<Date>`now() + make_interval(secs => ${withinMs / 1000}::double precision)`)
    .orderBy('expires_at')
    .limit(limit)
    .execute();
  return rows.flatMap(({ id, name, hint, expires_at: expiresAt, last_used_at: lastUsedAt }) =>
    expiresAt === null ? [] : [{ id, name, hint, expiresAt, lastUsedAt }],
  );
}

/** The newest signed checkpoint, when somebody wants to be told and was not; null for none. */
export async function selectUntoldCheckpoint(
  tx: TxContext,
): Promise<{ readonly size: number; readonly note: string } | null> {
  const found = await sql<{ size: number; note: string }>`
    select c.size, c.note from (select size, note from audit_checkpoints order by size desc limit 1) c
    where exists (select from alert_channels where status = 'active' and ${ONLY_WHEN_NAMED} = any (types))
      and not exists (
        select from alerts where type = ${ONLY_WHEN_NAMED} and subject = c.size::text collate "C")`.execute(
    query(tx),
  );
  return found.rows[0] ?? null;
}

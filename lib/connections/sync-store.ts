/** The SQL of `provider_syncs`: one row a connection, its last comparison and the queue of those to come. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { StoredDriftCounts, StoredSyncError } from '../db/sync-tables.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export type SyncRow = NonNullable<Awaited<ReturnType<typeof selectSync>>>;

export async function selectSync(ctx: Context, providerId: string) {
  return await query(ctx)
    .selectFrom('provider_syncs')
    .selectAll()
    .where('provider_id', '=', providerId)
    .executeTakeFirst();
}

/** True when this made one wait; false when one waited already. One at work is followed by another. */
export async function enqueueSync(tx: TxContext, providerId: string): Promise<boolean> {
  const made = await sql<{ provider_id: string }>`
    insert into provider_syncs as sync (provider_id, status) values (${providerId}, 'queued')
    on conflict (provider_id) do update set
      status = case when sync.status = 'running' then 'running' else 'queued' end,
      wanted_at = case when sync.status = 'running' then now() end,
      requested_at = case when sync.status = 'running' then sync.requested_at else now() end,
      started_at = case when sync.status = 'running' then sync.started_at end,
      next_attempt_at = case when sync.status = 'running' then sync.next_attempt_at else now() end,
      attempt = case when sync.status = 'running' then sync.attempt else 0 end,
      finished_at = null, error = null
    where sync.status <> 'queued' and sync.wanted_at is null
    returning provider_id`.execute(query(tx));
  return made.rows.length > 0;
}

/** Active connections whose last comparison is that old, the longest ago first. */
export async function selectDueConnections(
  ctx: Context,
  due: { readonly everyMs: number; readonly rounds: number; readonly least: number },
): Promise<{ id: string; slug: string }[]> {
  const rows = await sql<{ id: string; slug: string }>`
    select provider.id, provider.slug from providers provider
    left join provider_syncs sync on sync.provider_id = provider.id
    where provider.status = 'active' and provider.deleted_at is null
      and coalesce(sync.requested_at, provider.created_at)
        < now() - make_interval(secs => ${due.everyMs / 1000}::double precision)
      and (sync.provider_id is null or sync.finished_at is not null)
    order by coalesce(sync.requested_at, provider.created_at), provider.id
    limit greatest(${due.least}::bigint,
      (select 1 + count(*) / ${due.rounds}::bigint from providers where status = 'active'))`.execute(
    query(ctx),
  );
  return rows.rows;
}

export interface SyncLease {
  readonly providerId: string;
  readonly token: string;
}

export interface ClaimedSync extends SyncLease {
  readonly attempt: number;
  readonly startedAt: Date;
}

const isFree = sql<boolean>`(sync.lease_until is null or sync.lease_until < statement_timestamp())`;

/** The next one that is due, that nobody holds, and whose connection may be asked. The attempt counts from here. */
export async function claimSync(
  ctx: Context,
  { leaseMs, maxAttempts }: { readonly leaseMs: number; readonly maxAttempts: number },
): Promise<ClaimedSync | undefined> {
  const claimed = await sql<ClaimedSync>`
    update provider_syncs set status = 'running', attempt = attempt + 1, lease_token = gen_random_uuid()::text,
      lease_until = ${after(leaseMs)}, started_at = coalesce(started_at, clock_timestamp())
    where provider_id = (
      select sync.provider_id from provider_syncs sync
      left join provider_gates gate on gate.provider_id = sync.provider_id
      where sync.finished_at is null and sync.attempt < ${maxAttempts}::integer
        and sync.next_attempt_at <= statement_timestamp() and ${isFree}
        and (gate.closed_until is null or gate.closed_until <= statement_timestamp())
      order by sync.next_attempt_at, sync.provider_id limit 1 for update of sync skip locked)
    returning provider_id as "providerId", lease_token as token, attempt, started_at as "startedAt"`.execute(
    query(ctx),
  );
  return claimed.rows[0];
}

/** Those whose workers died in every attempt; locked until the transaction ends. */
export async function selectExhaustedSyncs(tx: TxContext, maxAttempts: number): Promise<string[]> {
  const rows = await sql<{ provider_id: string }>`
    select sync.provider_id from provider_syncs sync
    where sync.finished_at is null and sync.attempt >= ${maxAttempts}::integer and ${isFree}
    limit 100 for update skip locked`.execute(query(tx));
  return rows.rows.map((row) => row.provider_id);
}

/** False when the lease is somebody else's, or the connection is gone. */
export async function extendSyncLease(ctx: Context, lease: SyncLease, leaseMs: number): Promise<boolean> {
  const extended = await held(ctx, lease)
    .set({ lease_until: after(leaseMs) })
    .returning('provider_id')
    .executeTakeFirst();
  return extended !== undefined;
}

/** Keeps the lease ours until the transaction ends. */
export async function holdSyncLease(tx: TxContext, lease: SyncLease): Promise<boolean> {
  const row = await query(tx)
    .selectFrom('provider_syncs')
    .select('provider_id')
    .where('provider_id', '=', lease.providerId)
    .where('lease_token', '=', lease.token)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** Back to the queue, behind those that wait. */
export async function releaseSync(
  ctx: Context,
  lease: SyncLease,
  how: { readonly delayMs: number; readonly countsAttempt: boolean; readonly error: StoredSyncError | null },
): Promise<void> {
  await held(ctx, lease)
    .set({
      status: 'queued',
      lease_token: null,
      lease_until: null,
      next_attempt_at: after(how.delayMs),
      error: how.error && JSON.stringify(how.error),
      ...(!how.countsAttempt && { attempt: sql<number>`attempt - 1` }),
    })
    .execute();
}

export interface SyncEnd {
  readonly status: 'success' | 'failed';
  readonly error: StoredSyncError | null;
  /** Null keeps those of the last one that succeeded. */
  readonly counts: StoredDriftCounts | null;
}

/** Ends it, or makes the next one wait that was asked for meanwhile. Without a token whoever has locked the row ends it. */
export async function finishSync(
  tx: TxContext,
  lease: { readonly providerId: string; readonly token: string | null },
  end: SyncEnd,
): Promise<boolean> {
  const isOurs = lease.token === null ? sql`true` : sql`lease_token = ${lease.token}`;
  const ended = await sql<{ provider_id: string }>`
    update provider_syncs set
      status = case when wanted_at is null then ${end.status}::text else 'queued' end,
      finished_at = case when wanted_at is null then clock_timestamp() end,
      started_at = case when wanted_at is null then started_at end,
      error = case when wanted_at is null then ${end.error && JSON.stringify(end.error)}::jsonb end,
      counts = coalesce(${end.counts && JSON.stringify(end.counts)}::jsonb, counts),
      attempt = case when wanted_at is null then attempt else 0 end,
      requested_at = coalesce(wanted_at, requested_at),
      next_attempt_at = clock_timestamp(), wanted_at = null, lease_token = null, lease_until = null
    where provider_id = ${lease.providerId} and ${isOurs}
    returning provider_id`.execute(query(tx));
  return ended.rows.length > 0;
}

function held(ctx: Context, lease: SyncLease) {
  return query(ctx)
    .updateTable('provider_syncs')
    .where('provider_id', '=', lease.providerId)
    .where('lease_token', '=', lease.token);
}

function after(ms: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${ms / 1000}::double precision)`;
}

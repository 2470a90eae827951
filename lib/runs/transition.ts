/** The one writer of a run's status: guarded, with its event and its audit row in the same statement. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { StoredRunError, StoredRunResult } from '../db/stored-values.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { isTerminal, type RunEventType, type RunPhase, TRANSITIONS } from './states.ts';

/** Proof of holding a run: only the worker that holds the lease of this attempt may change it. */
export interface Fence {
  readonly leaseToken: string;
  readonly attempt: number;
}

export interface RunChange {
  readonly runId: string;
  readonly event: RunEventType;
  /** Null for people and sweepers, who act on a run whoever holds it. */
  readonly fence: Fence | null;
  /** Only while nobody wants the run to end. */
  readonly unlessCanceled?: boolean;
  readonly phase?: RunPhase | null;
  readonly error?: StoredRunError | null;
  readonly result?: StoredRunResult | null;
  readonly pendingToken?: string | null;
  /** For a retry: not before this long from now. */
  readonly delayMs?: number;
  /** Shown with the event. */
  readonly data?: Record<string, unknown>;
}

/** The result of a run that sent something of which nobody knows what became. */
export const UNKNOWN_RESULT: StoredRunResult = {
  effect: 'unknown',
  externalId: null,
  externalVersion: null,
  verifiedDigest: null,
};

/** Applies changes of different runs in one statement. Returns the ids of those that were still allowed. */
export async function transitionRuns(tx: TxContext, changes: readonly RunChange[]): Promise<Set<string>> {
  if (changes.length === 0) return new Set();
  const { type, id, name, role } = tx.principal;
  const rows = await sql<{ id: string; event: string }>`
    with change as (
      select * from jsonb_to_recordset(${JSON.stringify(changes.map(changeRow))}::jsonb) as c(
        id text, event text, audit text, from_statuses jsonb, to_status text, lease_token text, attempt integer,
        ends boolean, sets_error boolean, error jsonb, sets_result boolean, result jsonb, phase text,
        sets_pending boolean, pending_token text, delay_ms double precision, uncounted boolean, cancels boolean, unless_canceled boolean, data jsonb)
    ), held as materialized (
      -- One by one by their ids and in their order: joined as a set, the whole table would be read.
      select locked.from_status, c.* from (select * from change order by id) c cross join lateral (
        select r.status as from_status from install_runs r
        where r.id = c.id and c.from_statuses ? r.status
          and (c.lease_token is null or (r.lease_token = c.lease_token and r.attempt = c.attempt))
          and (c.unless_canceled is not true or r.cancel_requested_at is null)
        for update of r) locked
    ), changed as (
      update install_runs r set
        status = c.to_status,
        phase = c.phase,
        attempt = r.attempt - coalesce(c.uncounted, false)::integer,
        next_attempt_at = case when c.delay_ms is null then r.next_attempt_at
          else clock_timestamp() + make_interval(secs => c.delay_ms / 1000) end,
        lease_token = case when c.to_status = 'running' then r.lease_token end,
        lease_until = case when c.to_status = 'running' then r.lease_until end,
        worker_id = case when c.to_status = 'running' then r.worker_id end,
        stalled_at = case when c.event = 'run.stalled' then clock_timestamp() end,
        cancel_requested_at = case when c.cancels then clock_timestamp() else r.cancel_requested_at end,
        pending_token = case when c.sets_pending then c.pending_token else r.pending_token end,
        error = case when c.sets_error then nullif(c.error, 'null'::jsonb) else r.error end,
        result = case when c.sets_result then nullif(c.result, 'null'::jsonb) else r.result end,
        finished_at = case when c.ends then clock_timestamp() end,
        event_seq = r.event_seq + 1
      from held c
      where r.id = any (array(select id from held)) and r.id = c.id
        and r.status = c.from_status
        and (c.lease_token is null or (r.lease_token = c.lease_token and r.attempt = c.attempt))
      returning r.id, r.skill_id, r.provider_id, r.event_seq, r.attempt, c.from_status, r.status, c.event, c.audit, c.data, r.error, r.result
    ), events as (
      insert into run_events (run_id, seq, type, from_status, to_status, attempt, data, created_at)
      select id, event_seq, event, from_status, status, attempt, data, clock_timestamp() from changed
    ), audits as (
      insert into audit_logs (id, time, actor, source, action, target_type, target_id, target_name, outcome, code, change, run, request_id)
      select 'aud_' || uuid_v7(), clock_timestamp(), ${JSON.stringify({ type, id, name, role })}::jsonb, ${tx.source}::text,
        audit, 'install_run', id, (select name from skills where id = skill_id) || ' → ' || (select slug from providers where id = provider_id), case
          when result ->> 'effect' = 'unknown' then 'unknown'
          when status in ('failed', 'partial_failed') then 'failure'
          else 'success' end,
        error ->> 'code', jsonb_build_object('from', from_status, 'to', status), jsonb_build_object('id', id, 'attempt', attempt),
        ${tx.requestId}::text
      from changed
    )
    select id, event from changed`.execute(query(tx));
  if (rows.rows.length > 0) tx.db.notify('runs_changed');
  for (const { event } of rows.rows) tx.metrics.runEvents.add(1, { event });
  return new Set(rows.rows.map((row) => row.id));
}

/** Where a pending install is continued from, without an event. False when the run is held by somebody else. */
export async function storePendingToken(
  ctx: Context,
  run: { readonly id: string } & Fence,
  pendingToken: string,
): Promise<boolean> {
  const stored = await query(ctx)
    .updateTable('install_runs')
    .set({ pending_token: pendingToken })
    .where('id', '=', run.id)
    .where('status', '=', 'running')
    .where('lease_token', '=', run.leaseToken)
    .where('attempt', '=', run.attempt)
    .executeTakeFirst();
  return stored.numUpdatedRows > 0n;
}

/** What is left out is null there. */
function changeRow(change: RunChange) {
  const { from, to, audit } = TRANSITIONS[change.event];
  const { fence, error, result, pendingToken } = change;
  return {
    id: change.runId,
    event: change.event,
    audit,
    from_statuses: from,
    to_status: to,
    data: change.data ?? {},
    ...(fence && { lease_token: fence.leaseToken, attempt: fence.attempt }),
    ...(change.phase && { phase: change.phase }),
    ...(isTerminal(to) && { ends: true }),
    ...(error !== undefined && { sets_error: true, error }),
    ...(result !== undefined && { sets_result: true, result }),
    ...(pendingToken !== undefined && { sets_pending: true, pending_token: pendingToken }),
    ...(change.delayMs !== undefined && { delay_ms: change.delayMs }),
    ...(change.event === 'run.handed_back' && { uncounted: true }),
    ...(change.event === 'run.cancel_requested' && { cancels: true }),
    ...(change.unlessCanceled && { unless_canceled: true }),
  };
}

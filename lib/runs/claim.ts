/** How a worker takes runs from the queue, keeps them, and how the leases of dead workers end. */
import { sql } from 'kysely';
import { DEFAULT_CONCURRENT, FAILURES_TO_CLOSE } from '../connections/gate.ts';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';

/** A run held by a worker. The lease token and the attempt fence every later change. */
export interface ClaimedRun {
  readonly id: string;
  readonly leaseToken: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly action: 'install' | 'uninstall';
  readonly skillId: string;
  readonly skillVersionId: string | null;
  readonly providerId: string;
  readonly pendingToken: string | null;
  /** W3C `traceparent` of the request that asked for it, and of the one that asked for the run it does again. */
  readonly traceParent: string | null;
  readonly retriedTraceParent: string | null;
  /** How much time was left until the run's deadline when it was claimed, by the clock of the database. */
  readonly remainingMs: number;
  /** By `performance.now()`. */
  readonly claimedAt: number;
  /** How often in a row the connection had failed when the run was claimed. */
  readonly gateFailures: number;
}

/**
 * Takes up to `limit` runs that are due, from each connection in turn and no more than it may have at a time.
 * The attempt counts from here, so that a crash counts too. One statement, hence its own transaction; by its own time,
 * as an index cannot be asked about a clock that runs on. `workerSlots`: how many runs the worker has room for in all.
 */
export async function claimRuns(
  ctx: Context,
  input: { workerId: string; limit: number; workerSlots: number; leaseMs: number },
): Promise<ClaimedRun[]> {
  const { type, id, name, role } = ctx.principal;
  const claimedAt = performance.now();
  const claimed = await sql<{
    id: string;
    lease_token: string;
    attempt: number;
    max_attempts: number;
    action: 'install' | 'uninstall';
    skill_id: string;
    skill_version_id: string | null;
    provider_id: string;
    pending_token: string | null;
    trace_parent: string | null;
    retried_trace_parent: string | null;
    remaining_ms: number;
    waited: number;
    gate_failures: number;
  }>`
    with gates as materialized (
      select * from free_run_slots(
        ${input.workerId}::text, ${input.workerSlots}::integer, ${DEFAULT_CONCURRENT}::integer, ${FAILURES_TO_CLOSE}::integer)
    ), candidate as (
      select r.* from gates g cross join lateral (
        select c.*, row_number() over (order by c.priority, c.next_attempt_at, c.id) as turn
        from (values (50), (100)) as v(priority) cross join lateral (
          select id, priority, next_attempt_at from install_runs
          where provider_id = g.provider and status = 'queued' and priority = v.priority
            and next_attempt_at <= statement_timestamp() and attempt < max_attempts
          order by next_attempt_at, id limit least(g.slots, ${input.limit}::integer)
        ) c
        order by turn limit g.slots
      ) r
    ), chosen as materialized (
      select id from candidate order by turn, priority, next_attempt_at limit ${input.limit}
    ), due as materialized (
      -- One by one by their ids: joined as a set, all that is queued would be read.
      select locked.id from chosen c cross join lateral (
        select r.id from install_runs r where r.id = c.id and r.status = 'queued' for update skip locked) locked
    ), claimed as (
      update install_runs r set
        status = 'running', phase = 'leased', attempt = r.attempt + 1,
        lease_token = gen_random_uuid()::text,
        lease_until = clock_timestamp() + make_interval(secs => ${input.leaseMs / 1000}::double precision),
        worker_id = ${input.workerId}, started_at = coalesce(r.started_at, clock_timestamp()),
        event_seq = r.event_seq + 1
      where r.id = any (array(select id from due))
      returning r.*
    ), events as (
      insert into run_events (run_id, seq, type, from_status, to_status, attempt, data, created_at)
      select id, event_seq, 'run.claimed', 'queued', 'running', attempt,
        jsonb_build_object('workerId', worker_id), clock_timestamp() from claimed
    ), audits as (
      insert into audit_logs (id, time, actor, source, action, target_type, target_id, target_name, outcome, change, run)
      select 'aud_' || uuid_v7(), clock_timestamp(), ${JSON.stringify({ type, id, name, role })}::jsonb, ${ctx.source}::text,
        'run.claim', 'install_run', id, (select name from skills where id = skill_id) || ' → ' || (select slug from providers where id = provider_id), 'success', '{"from":"queued","to":"running"}'::jsonb,
        jsonb_build_object('id', id, 'attempt', attempt)
      from claimed
    )
    select c.*, g.failures as gate_failures,
      (select retried.trace_parent from install_runs retried where retried.id = c.retry_of) as retried_trace_parent,
      extract(epoch from c.deadline_at - clock_timestamp())::double precision * 1000 as remaining_ms,
      extract(epoch from clock_timestamp() - c.next_attempt_at)::double precision as waited
    from claimed c join gates g on g.provider = c.provider_id
    order by c.priority, c.id`.execute(query(ctx));
  if (claimed.rows.length > 0) ctx.db.notify('runs_changed');
  for (const { waited } of claimed.rows) {
    ctx.metrics.runEvents.add(1, { event: 'run.claimed' });
    ctx.metrics.claimSeconds.record(waited);
  }
  return claimed.rows.map((row) => ({
    id: row.id,
    leaseToken: row.lease_token,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    action: row.action,
    skillId: row.skill_id,
    skillVersionId: row.skill_version_id,
    providerId: row.provider_id,
    pendingToken: row.pending_token,
    traceParent: row.trace_parent,
    retriedTraceParent: row.retried_trace_parent,
    remainingMs: row.remaining_ms,
    claimedAt,
    gateFailures: row.gate_failures,
  }));
}

export interface HeldLease {
  readonly runId: string;
  readonly leaseToken: string;
}

/**
 * Extends leases; answers those still held by their token, and whether somebody asked to cancel the run. Not of a run
 * that is `graceMs` past its deadline: no attempt takes that long, so whoever holds it hangs.
 */
export async function extendLeases(
  ctx: Context,
  leases: readonly HeldLease[],
  { leaseMs, graceMs }: { readonly leaseMs: number; readonly graceMs: number },
): Promise<Map<string, { isCancelRequested: boolean }>> {
  if (leases.length === 0) return new Map();
  const held = await sql<{ token: string; canceling: boolean }>`
    update install_runs r
    set lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
    from jsonb_to_recordset(${JSON.stringify(leases)}::jsonb) as held("runId" text, "leaseToken" text)
    where r.id = held."runId" and r.lease_token = held."leaseToken"
      and r.deadline_at > clock_timestamp() - make_interval(secs => ${graceMs / 1000}::double precision)
    returning r.lease_token as token, r.cancel_requested_at is not null as canceling`.execute(query(ctx));
  return new Map(held.rows.map((row) => [row.token, { isCancelRequested: row.canceling }]));
}

export interface OverdueRun {
  readonly runId: string;
  readonly providerId: string;
  readonly skillId: string;
  readonly reason: 'lease_expired' | 'attempts_exhausted' | 'cancel_unanswered' | 'deadline_passed';
  /** It sent something of which nobody knows what became. */
  readonly isUncertain: boolean;
}

/** Runs nobody works on any more: their lease ran out, or they waited past their deadline. Locks them. */
export async function findOverdueRuns(tx: TxContext, limit: number): Promise<OverdueRun[]> {
  const overdue = await sql<OverdueRun>`
    select id as "runId", provider_id as "providerId", skill_id as "skillId", case
        when cancel_requested_at is not null then 'cancel_unanswered'
        when deadline_at <= statement_timestamp() then 'deadline_passed'
        when attempt >= max_attempts then 'attempts_exhausted'
        else 'lease_expired' end as reason,
      exists (select from provider_intents i where i.run_id = r.id and i.settled_at is null) as "isUncertain"
    from install_runs r
    where (status = 'running' and lease_until < statement_timestamp())
       or (status = 'queued' and deadline_at < statement_timestamp())
    order by id limit ${limit}
    for update of r skip locked`.execute(query(tx));
  return overdue.rows;
}

/** The SQL of the watchdog: runs that wait for too long and why, and counts of what is waiting and at work. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface StalledRun {
  readonly runId: string;
  readonly reason: 'connection_paused' | 'connection_busy' | 'no_worker_free';
  /** What the provider did that its connection is paused; null when it is not. */
  readonly because: string | null;
  readonly waitedSeconds: number;
}

/** Runs that could have begun `afterMs` ago and that it is not told of yet, the longest waiting first. Locks them. */
export async function findStalledRuns(tx: TxContext, afterMs: number, limit: number): Promise<StalledRun[]> {
  const stalled = await sql<StalledRun>`
    select r.id as "runId", floor(extract(epoch from clock_timestamp() - r.next_attempt_at))::integer as "waitedSeconds",
      case when g.closed_until > statement_timestamp() then g.closed_because end as because,
      case
        when g.closed_until > statement_timestamp() then 'connection_paused'
        when exists (select from install_runs w where w.provider_id = r.provider_id and w.status = 'running')
          then 'connection_busy'
        else 'no_worker_free' end as reason
    from install_runs r join provider_gates g on g.provider_id = r.provider_id
    where r.status = 'queued' and r.stalled_at is null
      and r.next_attempt_at < statement_timestamp() - make_interval(secs => ${afterMs / 1000}::double precision)
    order by r.next_attempt_at limit ${limit}
    for update of r skip locked`.execute(query(tx));
  return stalled.rows;
}

/** Runs that have not ended. */
export interface ActiveRunCounts {
  readonly queued: number;
  /** Of the queued: could begin now. */
  readonly due: number;
  /** Of the queued: could have begun long ago, and it is told why not. */
  readonly stalled: number;
  readonly running: number;
  /** Of the running: somebody wants them to end. */
  readonly canceling: number;
  /** Of the running: their lease ran out and no sweep has found them yet. */
  readonly abandoned: number;
  /** How long the one that waits longest could have begun; 0 when none is due. */
  readonly longestDueSeconds: number;
}

/** Reads what has not ended, and nothing else. */
export async function countActiveRuns(ctx: Context): Promise<ActiveRunCounts> {
  const counted = await sql<ActiveRunCounts>`
    select count(*) filter (where status = 'queued')::integer as queued,
      count(*) filter (where status = 'queued' and next_attempt_at <= statement_timestamp())::integer as due,
      count(*) filter (where status = 'queued' and stalled_at is not null)::integer as stalled,
      count(*) filter (where status = 'running')::integer as running,
      count(*) filter (where status = 'running' and cancel_requested_at is not null)::integer as canceling,
      count(*) filter (where status = 'running' and lease_until < statement_timestamp())::integer as abandoned,
      greatest(0, coalesce(extract(epoch from statement_timestamp()
        - min(next_attempt_at) filter (where status = 'queued')), 0))::double precision as "longestDueSeconds"
    from install_runs where status in ('queued', 'running')`.execute(query(ctx));
  const [counts] = counted.rows;
  if (!counts) throw new Error('a count has no row');
  return counts;
}

/** The SQL that reads `run_events`: of a run, of a batch, of everything, and up to where nothing can come in between. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { Context, Environment } from '../../kernel/context.ts';
import { type RunStatus, TERMINAL_STATUSES } from '../states.ts';

export interface EventRow {
  readonly run_id: string;
  readonly seq: number;
  readonly type: string;
  readonly from_status: string | null;
  readonly to_status: RunStatus;
  readonly attempt: number;
  readonly data: Record<string, unknown>;
  readonly created_at: Date;
  readonly position: number;
}

const COLUMNS = sql`e.run_id, e.seq, e.type, e.from_status, e.to_status, e.attempt, e.data, e.created_at, e.position`;

/** The transactions that were in progress when something was read, as text. */
export type Snapshot = string;

export async function selectRunEvents(
  ctx: Context | Environment,
  runId: string,
  afterSeq: number,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select ${COLUMNS} from run_events e
    where e.run_id = ${runId} and e.seq > ${afterSeq} order by e.seq limit ${limit}`.execute(query(ctx));
  return rows;
}

/** Of all runs, in the one order; with what was in progress meanwhile. */
export async function selectEventsAfter(
  env: Environment,
  position: number,
  limit: number,
): Promise<{ rows: EventRow[]; snapshot: Snapshot }> {
  const { rows } = await sql<EventRow & { snapshot: Snapshot }>`
    select ${COLUMNS}, pg_current_snapshot()::text as snapshot from run_events e
    where e.position > ${position} order by e.position limit ${limit}`.execute(query(env));
  return { rows, snapshot: rows[0]?.snapshot ?? '' };
}

/** The last position that can be seen, 0 without events; with what was in progress meanwhile. */
export async function selectLastPosition(env: Environment): Promise<{ upTo: number; snapshot: Snapshot }> {
  const { rows } = await sql<{ up_to: number; snapshot: Snapshot }>`
    select coalesce((select max(position) from run_events), 0) as up_to, pg_current_snapshot()::text as snapshot`.execute(
    query(env),
  );
  return { upTo: rows[0]?.up_to ?? 0, snapshot: rows[0]?.snapshot ?? '' };
}

/** The transactions that are writing events now. Their ids have 32 bits, those of snapshots 64. */
export async function selectWriters(env: Environment): Promise<Set<string>> {
  const { rows } = await sql<{ xid: string }>`
    with held as materialized (select * from pg_locks where granted)
    select distinct own.transactionid::text as xid
    from held w join held own on own.virtualtransaction = w.virtualtransaction and own.locktype = 'transactionid'
    where w.locktype = 'relation' and w.relation = 'run_events'::regclass and w.mode = 'RowExclusiveLock'
      and w.database = (select oid from pg_database where datname = current_database())`.execute(query(env));
  return new Set(rows.map((row) => row.xid));
}

/** The events of a batch's runs, between two positions. */
export async function selectBatchEvents(
  env: Environment,
  batchId: string,
  range: { readonly after: number; readonly upTo: number },
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select ${COLUMNS} from batch_runs b join run_events e on e.run_id = b.run_id
    where b.batch_id = ${batchId} and e.position > ${range.after} and e.position <= ${range.upTo}
    order by e.position limit ${limit}`.execute(query(env));
  return rows;
}

export interface BatchPlace {
  /** How many events were passed: as many as asked for, or all there are. */
  readonly passed: number;
  /** Of the last one passed; 0 when none was. */
  readonly position: number;
  /** How many runs had ended by then. */
  readonly ended: number;
}

/** Where in a batch somebody is who has seen that many of its events. */
export async function selectBatchPlace(
  env: Environment,
  batchId: string,
  seen: number,
  upTo: number,
): Promise<BatchPlace> {
  const { rows } = await sql<BatchPlace>`
    select count(*) as passed, coalesce(max(position), 0) as position,
      count(*) filter (where to_status in (${sql.join(TERMINAL_STATUSES)})) as ended
    from (
      select e.position, e.to_status from batch_runs b join run_events e on e.run_id = b.run_id
      where b.batch_id = ${batchId} and e.position <= ${upTo} order by e.position limit ${seen}
    ) passed`.execute(query(env));
  return rows[0] ?? { passed: 0, position: 0, ended: 0 };
}

export async function selectRunIdsOfBatch(ctx: Context, batchId: string): Promise<string[]> {
  const rows = await query(ctx)
    .selectFrom('batch_runs')
    .select('run_id')
    .where('batch_id', '=', batchId)
    .execute();
  return rows.map((row) => row.run_id);
}

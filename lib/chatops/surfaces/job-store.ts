/** The SQL of `chat_jobs` and `chat_receipts`. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import type { Member } from './surface.ts';

export interface ChatJob {
  readonly id: string;
  readonly surface: string;
  readonly from: Member;
  readonly sealed: string;
  /** Null until it was acted on. */
  readonly actionId: string | null;
  readonly runIds: readonly string[];
  readonly posts: number;
  readonly postedDigest: string | null;
  /** Posts that failed, one after the other. */
  readonly failures: number;
  readonly ageMs: number;
}

/** Those of the keys that are new; the others were received before. */
export async function insertReceipts(tx: TxContext, keys: readonly string[]): Promise<string[]> {
  const rows = await query(tx)
    .insertInto('chat_receipts')
    .values(keys.toSorted().map((key) => ({ key })))
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key')
    .execute();
  return rows.map(({ key }) => key);
}

export async function deleteReceipts(ctx: Context, olderThanMs: number): Promise<number> {
  const deleted = await query(ctx)
    .deleteFrom('chat_receipts')
    .where(
      'received_at',
      '<',
      sql<Date>`now() - make_interval(secs => ${olderThanMs / 1000}::double precision)`,
    )
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

/** It is this process's for `leaseMs`; 0 for anybody's. */
export async function insertJob(
  tx: TxContext,
  job: Pick<ChatJob, 'id' | 'surface' | 'from' | 'sealed'>,
  leaseMs: number,
): Promise<ChatJob> {
  const { id, surface, from, sealed } = job;
  await query(tx)
    .insertInto('chat_jobs')
    .values({
      id,
      surface,
      team: from.team,
      member: from.member,
      member_name: from.name,
      content_sealed: sealed,
      lease_until: leaseMs === 0 ? null : inMs(leaseMs),
    })
    .execute();
  return { ...job, actionId: null, runIds: [], posts: 0, postedDigest: null, failures: 0, ageMs: 0 };
}

/** The next that are due and nobody else's. */
export async function claimJobs(
  ctx: Context,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<ChatJob[]> {
  const claimed = await sql<ChatJob>`
    with due as (
      select id from chat_jobs
      where next_at <= statement_timestamp() and (lease_until is null or lease_until < statement_timestamp())
      order by next_at limit ${limit} for update skip locked)
    update chat_jobs j set lease_until = ${inMs(leaseMs)}
    from due where j.id = due.id
    returning j.id, j.surface, j.content_sealed as sealed, j.action_id as "actionId", j.run_ids as "runIds",
      j.posts, j.posted_digest as "postedDigest", j.failures,
      (extract(epoch from clock_timestamp() - j.created_at) * 1000)::double precision as "ageMs",
      jsonb_build_object('team', j.team, 'member', j.member, 'name', j.member_name) as "from"`.execute(
    query(ctx),
  );
  return claimed.rows;
}

/** False when it was acted on before. */
export async function storeActed(
  tx: TxContext,
  job: {
    readonly id: string;
    readonly actionId: string;
    readonly runIds: readonly string[];
    readonly sealed: string;
  },
): Promise<boolean> {
  const updated = await query(tx)
    .updateTable('chat_jobs')
    .set({ action_id: job.actionId, run_ids: [...job.runIds], content_sealed: job.sealed })
    .where('id', '=', job.id)
    .where('action_id', 'is', null)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

export interface Posting {
  readonly posts: number;
  readonly postedDigest: string | null;
  readonly failures: number;
  readonly sealed: string;
}

/** Gives it back, to be looked at again after this time. */
export async function releaseJob(
  ctx: Context,
  id: string,
  delayMs: number,
  posting: Posting | null = null,
): Promise<void> {
  await query(ctx)
    .updateTable('chat_jobs')
    .set({
      lease_until: null,
      next_at: inMs(delayMs),
      ...(posting && {
        posts: posting.posts,
        posted_digest: posting.postedDigest,
        failures: posting.failures,
        content_sealed: posting.sealed,
      }),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteJob(ctx: Context, id: string): Promise<void> {
  await query(ctx).deleteFrom('chat_jobs').where('id', '=', id).execute();
}

export interface ProgressRow {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly failures: readonly {
    readonly skill: string;
    readonly provider: string;
    readonly message: string;
  }[];
}

/** How far runs are; the first few failures with their reasons. */
export async function selectProgress(ctx: Context, runIds: readonly string[]): Promise<ProgressRow> {
  const found = await sql<ProgressRow>`
    with mine as (
      select r.id, r.status, r.error, r.skill_id, r.provider_id
      from jsonb_array_elements_text(${JSON.stringify(runIds)}::jsonb) as given(id)
      join install_runs r on r.id = given.id collate "C")
    select count(*)::integer as total,
      (count(*) filter (where status = 'success'))::integer as succeeded,
      (count(*) filter (where status in ('failed', 'partial_failed')))::integer as failed,
      (count(*) filter (where status = 'canceled'))::integer as canceled,
      (select coalesce(jsonb_agg(f), '[]') from (
        select s.name as skill, p.slug as provider, coalesce(m.error ->> 'message', '') as message
        from mine m join skills s on s.id = m.skill_id join providers p on p.id = m.provider_id
        where m.status in ('failed', 'partial_failed') order by m.id limit 5) f) as failures
    from mine`.execute(query(ctx));
  const [row] = found.rows;
  if (!row) throw new Error('counting gave no row');
  return row;
}

function inMs(ms: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${ms / 1000}::double precision)`;
}

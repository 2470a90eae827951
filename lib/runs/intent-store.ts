/** The SQL of `provider_intents`: what was about to be sent, before it was sent. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import type { Mutation } from '../providers/adapter.ts';

export interface IntentTarget {
  readonly runId: string;
  readonly attempt: number;
  readonly providerId: string;
  readonly skillId: string;
}

export async function insertIntents(
  tx: TxContext,
  intents: readonly (IntentTarget & { readonly mutation: Mutation })[],
): Promise<void> {
  if (intents.length === 0) return;
  await query(tx)
    .insertInto('provider_intents')
    .values(
      intents.map(({ runId, attempt, providerId, skillId, mutation }) => ({
        id: newId('intent'),
        run_id: runId,
        attempt,
        provider_id: providerId,
        skill_id: skillId,
        mutation,
      })),
    )
    .execute();
}

/** Locks those of these runs that are still held by their lease; by id, whether somebody wants the run to end. */
export async function lockHeld(
  tx: TxContext,
  runs: readonly { readonly id: string; readonly leaseToken: string; readonly attempt: number }[],
): Promise<Map<string, { isCancelRequested: boolean }>> {
  const keys = runs.map(({ id, leaseToken, attempt }) => ({ id, leaseToken, attempt }));
  const held = await sql<{ id: string; canceling: boolean }>`
    select r.id, r.cancel_requested_at is not null as canceling
    from install_runs r
    join jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as h(id text, "leaseToken" text, attempt integer)
      on r.id = h.id and r.lease_token = h."leaseToken" and r.attempt = h.attempt
    order by r.id for update of r`.execute(query(tx));
  return new Map(held.rows.map((row) => [row.id, { isCancelRequested: row.canceling }]));
}

/** True while somebody wants the run to end. */
export async function isCancelRequested(tx: TxContext, runId: string): Promise<boolean> {
  const row = await query(tx)
    .selectFrom('install_runs')
    .select('cancel_requested_at')
    .where('id', '=', runId)
    .executeTakeFirst();
  return row?.cancel_requested_at != null;
}

/** The time of the oldest request for this target whose outcome is still unknown. */
export async function selectOpenIntentSince(
  ctx: Context,
  providerId: string,
  skillId: string,
): Promise<Date | null> {
  const row = await query(ctx)
    .selectFrom('provider_intents')
    .select((eb) => eb.fn.min('sent_at').as('since'))
    .where('provider_id', '=', providerId)
    .where('skill_id', '=', skillId)
    .where('settled_at', 'is', null)
    .executeTakeFirst();
  return row?.since ?? null;
}

/** The same for many targets, in their order. */
export async function selectOpenIntentsSince(
  ctx: Context,
  targets: readonly Pick<IntentTarget, 'providerId' | 'skillId'>[],
): Promise<(Date | null)[]> {
  const asked = targets.map(({ providerId, skillId }, place) => ({ place, providerId, skillId }));
  const open = await sql<{ place: number; since: Date }>`
    select t.place, min(i.sent_at) as since
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as t(place integer, "providerId" text, "skillId" text)
    join provider_intents i
      on i.provider_id = t."providerId" and i.skill_id = t."skillId" and i.settled_at is null
    group by t.place`.execute(query(ctx));
  const sinceOf = new Map(open.rows.map(({ place, since }) => [place, since]));
  return targets.map((_, place) => sinceOf.get(place) ?? null);
}

/** Whether this run sent something of which nobody knows what became. */
export async function hasOpenIntent(tx: TxContext, runId: string): Promise<boolean> {
  const row = await query(tx)
    .selectFrom('provider_intents')
    .select('id')
    .where('run_id', '=', runId)
    .where('settled_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Milliseconds until what was sent for this target counts as lost, after it was looked for and not found: not before
 * `quietMs` have passed since it was sent, and only at a second look half of that after the first. 0 when it does.
 */
export async function lostIn(
  ctx: Context,
  target: Pick<IntentTarget, 'providerId' | 'skillId'>,
  quietMs: number,
): Promise<number> {
  const looked = await sql<{ wait_ms: number | null }>`
    with looked as (
      update provider_intents set absent_at = coalesce(absent_at, clock_timestamp())
      where provider_id = ${target.providerId} and skill_id = ${target.skillId} and settled_at is null
        and mutation in ('create', 'create_version') and not answered
      returning sent_at, absent_at
    )
    select extract(epoch from greatest(
        max(sent_at) + make_interval(secs => ${quietMs / 1000}::double precision),
        max(absent_at) + make_interval(secs => ${quietMs / 2000}::double precision)
      ) - clock_timestamp())::double precision * 1000 as wait_ms
    from looked`.execute(query(ctx));
  return Math.max(0, Math.ceil(looked.rows[0]?.wait_ms ?? 0));
}

/** The provider answered this attempt, though not what became of it: nothing of it lands later. */
export async function markAnswered(tx: TxContext, run: { id: string; attempt: number }): Promise<void> {
  await query(tx)
    .updateTable('provider_intents')
    .set({ answered: true })
    .where('run_id', '=', run.id)
    .where('attempt', '=', run.attempt)
    .where('settled_at', 'is', null)
    .execute();
}

/** What was sent for these runs' targets is settled. An uninstall looks only at what is recorded, not for lost creates. */
export async function settleIntents(
  tx: TxContext,
  runs: readonly {
    readonly id: string;
    readonly attempt: number;
    readonly action: 'install' | 'uninstall';
    readonly providerId: string;
    readonly skillId: string;
  }[],
): Promise<void> {
  if (runs.length === 0) return;
  const settled = runs.map(({ id, attempt, action, providerId, skillId }) => ({
    id,
    attempt,
    action,
    providerId,
    skillId,
  }));
  // Settled by another attempt than the one that sent it: its answer was lost, and it may still land.
  await sql`
    update provider_intents i set
      settled_at = clock_timestamp(),
      doubtful = i.run_id <> r.id or i.attempt <> r.attempt
    from jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) as r(
      id text, attempt integer, action text, "providerId" text, "skillId" text)
    where i.provider_id = r."providerId" and i.skill_id = r."skillId" and i.settled_at is null
      and (r.action = 'install' or i.mutation <> 'create')`.execute(query(tx));
}

/** Creates of one target that may have been carried out more than once, or later than anybody looked. */
export interface DoubtfulCreates {
  readonly providerId: string;
  readonly skillId: string;
  readonly skillName: string;
  readonly runId: string;
  readonly attempt: number;
  readonly firstSentAt: Date;
  readonly lastSentAt: Date;
  /** What is recorded for the target; null for nothing. */
  readonly externalId: string | null;
}

/** Targets whose last doubtful create is `quietMs` old and that no run is at work on, the oldest first. */
export async function selectDoubtfulCreates(
  ctx: Context,
  quietMs: number,
  limit: number,
): Promise<DoubtfulCreates[]> {
  const found = await sql<DoubtfulCreates>`
    select i.provider_id as "providerId", i.skill_id as "skillId", s.name as "skillName", max(i.run_id) as "runId",
      max(i.attempt) as attempt, min(i.sent_at) as "firstSentAt", max(i.sent_at) as "lastSentAt",
      max(held.external_id) as "externalId"
    from provider_intents i
    join skills s on s.id = i.skill_id
    join providers p on p.id = i.provider_id and p.deleted_at is null
    left join installations held on held.provider_id = i.provider_id and held.skill_id = i.skill_id
    where i.mutation = 'create' and i.swept_at is null and (i.doubtful or i.settled_at is null)
      and not exists (
        select from install_runs r
        where r.provider_id = i.provider_id and r.skill_id = i.skill_id and r.status in ('queued', 'running'))
    group by i.provider_id, i.skill_id, s.name
    having max(i.sent_at) < clock_timestamp() - make_interval(secs => ${quietMs / 1000}::double precision)
    order by min(i.sent_at) limit ${limit}`.execute(query(ctx));
  return found.rows;
}

/** These creates were looked after and need no other look. */
export async function markSwept(tx: TxContext, creates: DoubtfulCreates): Promise<void> {
  await query(tx)
    .updateTable('provider_intents')
    .set({ swept_at: sql<Date>`clock_timestamp()` })
    .where('provider_id', '=', creates.providerId)
    .where('skill_id', '=', creates.skillId)
    .where('mutation', '=', 'create')
    .where('sent_at', '<=', creates.lastSentAt)
    .where('swept_at', 'is', null)
    .execute();
}

/** What this run announced to delete is deleted. */
export async function settleDeletes(tx: TxContext, runId: string): Promise<void> {
  await query(tx)
    .updateTable('provider_intents')
    .set({ settled_at: sql<Date>`clock_timestamp()` })
    .where('run_id', '=', runId)
    .where('mutation', '=', 'delete')
    .where('settled_at', 'is', null)
    .execute();
}

/** The SQL of `alerts` and `alert_watch`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { ALERT_TYPES, type NewAlert, ONLY_WHEN_NAMED } from './alert-types.ts';
import type { AlertFilter } from './schema.ts';

/** How far the sealed audit log was looked through. Whoever raises alerts holds it until the transaction ends. */
export async function lockWatch(tx: TxContext): Promise<number> {
  const row = await query(tx)
    .selectFrom('alert_watch')
    .select('position')
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row.position;
}

/** Null when somebody else holds it. */
export async function tryLockWatch(tx: TxContext): Promise<number | null> {
  const row = await query(tx)
    .selectFrom('alert_watch')
    .select('position')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row?.position ?? null;
}

export async function moveWatch(tx: TxContext, position: number): Promise<void> {
  await query(tx).updateTable('alert_watch').set({ position }).execute();
}

/**
 * Stores what is new, with a delivery for every channel that wants it; counts what was told a short while ago.
 * Only for who holds the watch, and no two of one type and subject at once. Returns how many are new.
 */
export async function insertAlerts(tx: TxContext, alerts: readonly NewAlert[]): Promise<number> {
  const rows = alerts.map(({ type, subject, title, data, count }) => {
    const { quietMs } = ALERT_TYPES[type];
    return { type, subject, title, data, count, quiet_ms: Number.isFinite(quietMs) ? quietMs : null };
  });
  const inserted = await sql<{ id: string }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as g(type text, subject text, title text, data jsonb, count integer, quiet_ms double precision)
    ), repeated as (
      update alerts a set count = a.count + g.count, last_at = clock_timestamp()
      from given g
      where a.id = (
        select same.id from alerts same where same.type = g.type and same.subject = g.subject collate "C"
          and (g.quiet_ms is null or same.created_at > clock_timestamp() - make_interval(secs => g.quiet_ms / 1000))
        order by same.id desc limit 1)
      returning a.type, a.subject
    ), fresh as (
      insert into alerts (id, type, subject, title, data, count)
      select 'alt_' || uuid_v7(), g.type, g.subject, g.title, g.data, g.count from given g
      where not exists (select from repeated r where r.type = g.type and r.subject = g.subject collate "C")
      returning id, type
    ), deliveries as (
      insert into alert_deliveries (id, alert_id, channel_id)
      select 'ald_' || uuid_v7(), f.id, c.id from fresh f
      join alert_channels c on c.status = 'active' and case when c.types is null then f.type <> ${ONLY_WHEN_NAMED} else f.type = any (c.types) end
    )
    select id from fresh`.execute(query(tx));
  return inserted.rows.length;
}

export async function insertAlert(tx: TxContext, id: string, alert: NewAlert): Promise<void> {
  const { type, subject, title, data, count } = alert;
  await query(tx)
    .insertInto('alerts')
    .values({ id, type, subject, title, data: JSON.stringify(data), count })
    .execute();
}

export type AlertRow = Awaited<ReturnType<typeof selectAlertPage>>[number];

/** Newest first; `beforeId` is the last id of the page before. */
export async function selectAlertPage(
  ctx: Context,
  filter: AlertFilter,
  limit: number,
  beforeId: string | null,
) {
  let rows = query(ctx).selectFrom('alerts').selectAll();
  if (filter.type !== undefined) rows = rows.where('type', '=', filter.type);
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.orderBy('id', 'desc').limit(limit).execute();
}

/** With their deliveries. Returns how many are forgotten. */
export async function deleteAlerts(ctx: Context, olderThanMs: number): Promise<number> {
  const deleted = await query(ctx)
    .deleteFrom('alerts')
    .where('last_at', '<', sql<Date>`now() - make_interval(secs => ${olderThanMs / 1000}::double precision)`)
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

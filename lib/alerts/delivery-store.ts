/** The SQL of `alert_deliveries`: the queue of what is to be sent, and the log of what was. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import type { DeliveryFilter } from './schema.ts';

export interface ClaimedDelivery {
  readonly id: string;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly alert: {
    readonly id: string;
    readonly type: string;
    readonly title: string;
    readonly data: Record<string, unknown>;
    readonly count: number;
    readonly createdAt: string;
  };
  readonly channel: { readonly id: string; readonly kind: 'webhook' | 'slack'; readonly sealed: string };
}

const claimedColumns = sql`
  d.id, d.attempt, d.created_at as "createdAt",
  jsonb_build_object('id', a.id, 'type', a.type, 'title', a.title, 'data', a.data, 'count', a.count,
    'createdAt', to_char(a.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as alert,
  jsonb_build_object('id', c.id, 'kind', c.kind, 'sealed', c.target_sealed) as channel`;

/** The next that are due, few of each channel, so that one that hangs does not hold up the others. */
export async function claimDeliveries(
  ctx: Context,
  { limit, ofEach, leaseMs }: { readonly limit: number; readonly ofEach: number; readonly leaseMs: number },
): Promise<ClaimedDelivery[]> {
  const claimed = await sql<ClaimedDelivery>`
    with due as (
      select d.id from alert_channels c cross join lateral (
        select id from alert_deliveries
        where channel_id = c.id and status = 'pending' and next_attempt_at <= statement_timestamp()
          and (lease_until is null or lease_until < statement_timestamp())
        order by next_attempt_at limit ${ofEach} for update skip locked) d
      where c.status = 'active' limit ${limit}
    )
    update alert_deliveries d set attempt = d.attempt + 1,
      lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)
    from due, alerts a, alert_channels c
    where d.id = due.id and a.id = d.alert_id and c.id = d.channel_id
    returning ${claimedColumns}`.execute(query(ctx));
  return claimed.rows;
}

/** One that is to be sent now and by nobody else. */
export async function insertClaimedDelivery(
  tx: TxContext,
  row: {
    readonly id: string;
    readonly alertId: string;
    readonly channelId: string;
    readonly leaseMs: number;
  },
): Promise<ClaimedDelivery> {
  await query(tx)
    .insertInto('alert_deliveries')
    .values({
      id: row.id,
      alert_id: row.alertId,
      channel_id: row.channelId,
      attempt: 1,
      lease_until: sql<Date>`clock_timestamp() + make_interval(secs => ${row.leaseMs / 1000}::double precision)`,
    })
    .execute();
  const made = await sql<ClaimedDelivery>`
    select ${claimedColumns} from alert_deliveries d
    join alerts a on a.id = d.alert_id join alert_channels c on c.id = d.channel_id
    where d.id = ${row.id}`.execute(query(tx));
  const [delivery] = made.rows;
  if (!delivery) throw new Error('a delivery vanished in the transaction that made it');
  return delivery;
}

export interface Attempted {
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly answerStatus: number | null;
  readonly answer: string | null;
  readonly error: string | null;
  /** For `pending`: not before this long from now. */
  readonly delayMs: number;
}

/** False when its lease ran out and another process has had it since. */
export async function finishDelivery(
  ctx: Context,
  delivery: { readonly id: string; readonly attempt: number },
  attempted: Attempted,
): Promise<boolean> {
  const { status, answerStatus, answer, error, delayMs } = attempted;
  const finished = await query(ctx)
    .updateTable('alert_deliveries')
    .set({
      status,
      answer_status: answerStatus,
      answer,
      error,
      lease_until: null,
      next_attempt_at: sql<Date>`clock_timestamp() + make_interval(secs => ${delayMs / 1000}::double precision)`,
      finished_at: status === 'pending' ? null : sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', delivery.id)
    .where('attempt', '=', delivery.attempt)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return finished.numUpdatedRows > 0n;
}

/** What waits for a channel that is switched off is not sent when it comes back. */
export async function failPending(tx: TxContext, channelId: string, error: string): Promise<void> {
  await query(tx)
    .updateTable('alert_deliveries')
    .set({ status: 'failed', error, lease_until: null, finished_at: sql<Date>`now()` })
    .where('channel_id', '=', channelId)
    .where('status', '=', 'pending')
    .execute();
}

/** Another delivery of the same alert to the same channel. False when there is no such delivery. */
export async function insertRedelivery(tx: TxContext, id: string, of: string): Promise<boolean> {
  const made = await sql<{ id: string }>`
    insert into alert_deliveries (id, alert_id, channel_id, redelivery_of)
    select ${id}, alert_id, channel_id, id from alert_deliveries where id = ${of}
    returning id`.execute(query(tx));
  return made.rows.length > 0;
}

export type DeliveryRow = Awaited<ReturnType<typeof selectDeliveryPage>>[number];

/** Newest first; `beforeId` is the last id of the page before. */
export async function selectDeliveryPage(
  ctx: Context,
  filter: DeliveryFilter,
  limit: number,
  beforeId: string | null,
) {
  let rows = deliveries(ctx);
  if (filter.channel !== undefined) rows = rows.where('alert_deliveries.channel_id', '=', filter.channel);
  if (filter.alert !== undefined) rows = rows.where('alert_deliveries.alert_id', '=', filter.alert);
  if (filter.status !== undefined) rows = rows.where('alert_deliveries.status', '=', filter.status);
  if (beforeId !== null) rows = rows.where('alert_deliveries.id', '<', beforeId);
  return await rows.orderBy('alert_deliveries.id', 'desc').limit(limit).execute();
}

export async function selectDelivery(ctx: Context, id: string): Promise<DeliveryRow | undefined> {
  return await deliveries(ctx).where('alert_deliveries.id', '=', id).executeTakeFirst();
}

function deliveries(ctx: Context) {
  return query(ctx)
    .selectFrom('alert_deliveries')
    .innerJoin('alerts', 'alerts.id', 'alert_deliveries.alert_id')
    .innerJoin('alert_channels', 'alert_channels.id', 'alert_deliveries.channel_id')
    .selectAll('alert_deliveries')
    .select(['alerts.type', 'alerts.title', 'alert_channels.name as channel_name']);
}

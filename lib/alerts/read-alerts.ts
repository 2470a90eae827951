/** Reads what was raised, and what was sent of it. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../kernel/cursor.ts';
import { AppError } from '../kernel/errors.ts';
import { type AlertRow, selectAlertPage } from './alert-store.ts';
import { type DeliveryRow, selectDelivery, selectDeliveryPage } from './delivery-store.ts';
import type { Alert, AlertFilter, Delivery, DeliveryFilter } from './schema.ts';

interface PageInput<Filter> {
  readonly filter: Filter;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export async function listAlerts(ctx: Context, input: PageInput<AlertFilter>): Promise<Page<Alert>> {
  requireRole(ctx, 'operator');
  const { filter, limit } = input;
  const scope = { list: 'alerts', type: filter.type ?? null };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectAlertPage(ctx, filter, limit + 1, beforeId);
  return pageOf(rows, limit, scope, (row) => [row.id], shapeAlert);
}

export async function listDeliveries(
  ctx: Context,
  input: PageInput<DeliveryFilter>,
): Promise<Page<Delivery>> {
  requireRole(ctx, 'admin');
  const { filter, limit } = input;
  const { channel = null, alert = null, status = null } = filter;
  const scope = { list: 'alert-deliveries', channel, alert, status };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectDeliveryPage(ctx, filter, limit + 1, beforeId);
  return pageOf(rows, limit, scope, (row) => [row.id], shapeDelivery);
}

/** Throws `not_found:alert`. */
export async function readDelivery(ctx: Context, id: string): Promise<Delivery> {
  requireRole(ctx, 'admin');
  const row = await selectDelivery(ctx, id);
  if (!row) throw new AppError('not_found:alert', `There is no delivery ${id}`);
  return shapeDelivery(row);
}

function shapeAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    type: row.type,
    title: row.title,
    data: row.data,
    count: row.count,
    createdAt: row.created_at.toISOString(),
    lastAt: row.last_at.toISOString(),
  };
}

function shapeDelivery(row: DeliveryRow): Delivery {
  const { status, answer_status: answered } = row;
  return {
    id: row.id,
    alert: { id: row.alert_id, type: row.type, title: row.title },
    channel: { id: row.channel_id, name: row.channel_name },
    status,
    attempts: row.attempt,
    nextAttemptAt: status === 'pending' ? row.next_attempt_at.toISOString() : null,
    answer: answered === null ? null : { status: answered, body: row.answer ?? '' },
    error: row.error,
    redeliveryOf: row.redelivery_of,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** Sends because a person asks: a test of a channel now, or once more what was sent before. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { insertAlert } from './alert-store.ts';
import { attemptDelivery, DELIVERY_LEASE_MS } from './deliver.ts';
import { insertClaimedDelivery, insertRedelivery } from './delivery-store.ts';
import { readDelivery } from './read-alerts.ts';
import { findChannel } from './read-channels.ts';
import type { Delivery } from './schema.ts';

/** Sent at once and once; the delivery says what was answered. Throws `not_found:alert`. */
export async function testChannel(ctx: Context, channelId: string): Promise<Delivery> {
  requireRole(ctx, 'admin');
  const { name } = await findChannel(ctx, channelId);
  const [id, alertId] = [newId('alertDelivery'), newId('alert')];
  const claimed = await transaction(ctx, async (tx) => {
    await insertAlert(tx, alertId, {
      type: 'alert.test',
      subject: channelId,
      title: `A test of ${name}, asked for by ${tx.principal.name}`,
      data: { channelId },
      count: 1,
    });
    await recordAudit(tx, {
      action: 'alert.test',
      target: { type: 'alert_channel', id: channelId, name },
      change: { deliveryId: id },
    });
    return await insertClaimedDelivery(tx, { id, alertId, channelId, leaseMs: DELIVERY_LEASE_MS });
  });
  await attemptDelivery(ctx, claimed, 'once');
  return await readDelivery(ctx, id);
}

/** The same message with the same id, so that its receiver can tell it again. Throws `not_found:alert`, `conflict:alert`. */
export async function redeliver(ctx: Context, deliveryId: string): Promise<Delivery> {
  requireRole(ctx, 'admin');
  const { channel } = await readDelivery(ctx, deliveryId);
  const { status } = await findChannel(ctx, channel.id);
  if (status === 'disabled')
    throw new AppError('conflict:alert', `${channel.name} is switched off; switch it on, and try again`);
  const id = newId('alertDelivery');
  return await transaction(ctx, async (tx) => {
    await insertRedelivery(tx, id, deliveryId);
    await recordAudit(tx, {
      action: 'alert.redeliver',
      target: { type: 'alert_channel', id: channel.id, name: channel.name },
      change: { deliveryId: id, of: deliveryId },
    });
    return await readDelivery(tx, id);
  });
}

/** Standing work: sends what waits, tries again for a day, and keeps what was answered. */
import type { Workload } from '../jobs/workload.ts';
import type { Context } from '../kernel/context.ts';
import { type Attempted, type ClaimedDelivery, claimDeliveries, finishDelivery } from './delivery-store.ts';
import { SEND_TIMEOUT_MS, type Sent, sendAlert } from './send-alert.ts';
import { disableChannel } from './update-channel.ts';

const LOOK_EVERY_MS = 1000;
const AT_ONCE = 16;
const OF_EACH = 2;
export const DELIVERY_LEASE_MS = 4 * SEND_TIMEOUT_MS;

/** Waits before the attempts after the first; about a day in all. */
const WAITS_MS = [5, 60, 300, 1800, 7200, 18_000, 36_000, 36_000].map((seconds) => seconds * 1000);
const MOST_RETRY_AFTER_MS = 3_600_000;
/** Whoever answers this wants nothing any more. */
const GONE = 410;

export function deliveryWorkload(ctx: Context): Workload {
  return {
    name: 'alert deliveries',
    channel: null,
    everyMs: LOOK_EVERY_MS,
    async next() {
      const claimed = await claimDeliveries(ctx, {
        limit: AT_ONCE,
        ofEach: OF_EACH,
        leaseMs: DELIVERY_LEASE_MS,
      });
      await Promise.all(claimed.map(async (delivery) => await attemptDelivery(ctx, delivery, 'retried')));
      return claimed.length > 0;
    },
  };
}

/** Sends it once and stores what became of it. */
export async function attemptDelivery(
  ctx: Context,
  delivery: ClaimedDelivery,
  how: 'retried' | 'once',
): Promise<void> {
  const sent = await sendAlert(ctx, delivery);
  const attempted = attemptedBy(sent, how === 'once' ? null : waitBefore(delivery.attempt, sent));
  await finishDelivery(ctx, delivery, attempted);
  ctx.metrics.alertDeliveries.add(1, {
    kind: delivery.channel.kind,
    outcome: attempted.status === 'pending' ? 'retried' : attempted.status,
  });
  if (attempted.status === 'failed')
    ctx.log.warn({ deliveryId: delivery.id, error: sent.error }, 'an alert could not be delivered');
  if (sent.status === GONE) await disableChannel(ctx, delivery.channel.id, 'the receiver answered 410 Gone');
}

function attemptedBy(sent: Sent, waitMs: number | null): Attempted {
  const { status: answerStatus, answer, error } = sent;
  const kept = { answerStatus, answer, error };
  if (error === null) return { ...kept, status: 'delivered', delayMs: 0 };
  return waitMs === null
    ? { ...kept, status: 'failed', delayMs: 0 }
    : { ...kept, status: 'pending', delayMs: waitMs };
}

/** Spread by a fifth, so that all that failed together does not come back together; null to give up. */
function waitBefore(attempt: number, { status, retryAfterMs }: Sent): number | null {
  const wait = WAITS_MS[attempt - 1];
  if (wait === undefined || status === GONE) return null;
  const asked = Math.min(retryAfterMs ?? 0, MOST_RETRY_AFTER_MS);
  return Math.max(asked, wait) * (0.9 + 0.2 * Math.random());
}

/** Tells a week and a day ahead that an API key ends, so that nobody finds out by a 401. */
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { insertAlerts, lockWatch } from './alert-store.ts';
import type { NewAlert } from './alert-types.ts';
import { type ExpiringKey, selectExpiringKeys } from './watch-store.ts';

const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;
const MOST = 500;

export async function watchKeys(ctx: Context): Promise<void> {
  const keys = await selectExpiringKeys(ctx, WEEK_MS, MOST);
  if (keys.length === 0) return;
  await transaction(ctx, async (tx) => {
    await lockWatch(tx);
    await insertAlerts(
      tx,
      keys.map((key) => keyAlert(key, tx.clock.now())),
    );
  });
}

function keyAlert({ id, name, hint, expiresAt, lastUsedAt }: ExpiringKey, now: Date): NewAlert {
  const stage = expiresAt.getTime() - now.getTime() < DAY_MS ? 'day' : 'week';
  const time = expiresAt.toISOString();
  const used = lastUsedAt === null ? 'it was never used' : `it was last used ${lastUsedAt.toISOString()}`;
  return {
    type: 'key.expiring',
    subject: `${id} ${stage}`,
    title: `The API key ${name} (${hint}) ends at ${time}; ${used}. POST /api/keys/${id}/rotate makes another`,
    data: { keyId: id, name, expiresAt: time, lastUsedAt: lastUsedAt?.toISOString() ?? null },
    count: 1,
  };
}

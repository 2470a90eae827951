/** Forgets old messages, and what was only kept so that none is taken twice. */
import type { Context } from '../kernel/context.ts';
import { daysAgo } from '../kernel/clock.ts';
import { deleteChatActions } from './store.ts';
import { deleteReceipts } from './surfaces/job-store.ts';

/** Far longer than a signature is good for, or a message is sent again. */
const RECEIPTS_KEPT_MS = 24 * 60 * 60_000;

/** Returns how many messages were forgotten. */
export async function pruneChat(ctx: Context): Promise<number> {
  await deleteReceipts(ctx, RECEIPTS_KEPT_MS);
  const before = daysAgo(ctx, ctx.settings.retention.chatDays);
  return before === null ? 0 : await deleteChatActions(ctx, before);
}

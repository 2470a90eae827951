/** Forgets old messages. */
import type { Context } from '../kernel/context.ts';
import { daysAgo } from '../kernel/clock.ts';
import { deleteChatActions } from './store.ts';

/** Returns how many messages were forgotten. */
export async function pruneChat(ctx: Context): Promise<number> {
  const before = daysAgo(ctx, ctx.settings.retention.chatDays);
  return before === null ? 0 : await deleteChatActions(ctx, before);
}

/** Lists what was said in chat and what became of it, newest first. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../kernel/cursor.ts';
import type { ChatAction } from './schema.ts';
import { Intent } from './schema.ts';
import { type ChatActionRow, selectChatActionPage } from './store.ts';

export async function listChatActions(
  ctx: Context,
  input: { limit: number; cursor: string | undefined },
): Promise<Page<ChatAction>> {
  requireRole(ctx, 'viewer');
  const scope = { list: 'chat-ops' };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectChatActionPage(ctx, input.limit + 1, beforeId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeChatAction);
}

function shapeChatAction(row: ChatActionRow): ChatAction {
  return {
    id: row.id,
    message: row.message,
    accepted: row.accepted,
    reason: row.reason,
    intent: row.intent === null ? null : Intent.parse(row.intent),
    dryRun: row.dry_run,
    batchId: row.batch_id,
    runIds: row.run_ids,
    reply: row.reply,
    confirms: row.confirms,
    readBy: row.read_by,
    principal: row.principal,
    createdAt: row.created_at.toISOString(),
  };
}

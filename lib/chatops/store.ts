/** The SQL of `chat_actions`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { StoredPrincipal } from '../db/columns.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { firstIdAt } from '../kernel/ids.ts';

export interface NewChatAction {
  readonly id: string;
  readonly principal: StoredPrincipal;
  readonly message: string;
  readonly language: string;
  readonly dryRun: boolean;
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly intent: object | null;
  readonly batchId: string | null;
  readonly runIds: readonly string[];
  readonly reply: string;
  /** The action that this confirms. */
  readonly confirms: string | null;
  readonly readBy: 'grammar' | 'model';
}

export async function insertChatAction(tx: TxContext, action: NewChatAction): Promise<void> {
  await query(tx)
    .insertInto('chat_actions')
    .values({
      id: action.id,
      principal: JSON.stringify(action.principal),
      message: action.message,
      language: action.language,
      dry_run: action.dryRun,
      accepted: action.accepted,
      reason: action.reason,
      intent: action.intent === null ? null : JSON.stringify(action.intent),
      batch_id: action.batchId,
      run_ids: [...action.runIds],
      reply: action.reply,
      confirms: action.confirms,
      read_by: action.readBy,
    })
    .execute();
}

export type ChatActionRow = Awaited<ReturnType<typeof selectChatActionPage>>[number];

/** Newest first. */
export async function selectChatActionPage(ctx: Context, limit: number, beforeId: string | null) {
  let rows = query(ctx).selectFrom('chat_actions').selectAll();
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.orderBy('id', 'desc').limit(limit).execute();
}

/** Older than that, but for those whose confirmation is younger. Returns how many went. */
export async function deleteChatActions(ctx: Context, before: Date): Promise<number> {
  const deleted = await sql`
    delete from chat_actions a
    where a.id < ${firstIdAt('chatAction', before.getTime())} and a.created_at < ${before}
      and not exists (select from chat_actions c where c.confirms = a.id and c.created_at >= ${before})`.execute(
    query(ctx),
  );
  return Number(deleted.numAffectedRows ?? 0);
}

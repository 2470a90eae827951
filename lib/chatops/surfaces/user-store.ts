/** The SQL of `chat_users`. */
import { query } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';

export interface NewChatUser {
  readonly id: string;
  readonly surface: string;
  readonly team: string;
  readonly member: string;
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

/** False when this member was let in already. */
export async function insertChatUser(tx: TxContext, user: NewChatUser): Promise<boolean> {
  const inserted = await query(tx)
    .insertInto('chat_users')
    .values({ ...user, created_by: tx.principal.id })
    .onConflict((conflict) => conflict.constraint('chat_users_member_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export type ChatUserRow = NonNullable<Awaited<ReturnType<typeof selectChatUser>>>;

export async function selectChatUser(ctx: Context, id: string) {
  return await query(ctx).selectFrom('chat_users').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function selectMember(
  ctx: Context,
  { surface, team, member }: { readonly surface: string; readonly team: string; readonly member: string },
): Promise<ChatUserRow | undefined> {
  return await query(ctx)
    .selectFrom('chat_users')
    .selectAll()
    .where('surface', '=', surface)
    .where('team', '=', team)
    .where('member', '=', member)
    .executeTakeFirst();
}

/** Newest first; `beforeId` is the last id of the page before. */
export async function selectChatUserPage(ctx: Context, limit: number, beforeId: string | null) {
  let rows = query(ctx).selectFrom('chat_users').selectAll();
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.orderBy('id', 'desc').limit(limit).execute();
}

/** What was deleted; undefined when there was none. */
export async function deleteChatUserRow(tx: TxContext, id: string): Promise<ChatUserRow | undefined> {
  return await query(tx).deleteFrom('chat_users').where('id', '=', id).returningAll().executeTakeFirst();
}

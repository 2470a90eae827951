/** Who may write to us from a chat product, and as what: let in, listed and let go by administrators. */
import { recordAudit } from '../../audit/record.ts';
import { requireRole } from '../../auth/principal.ts';
import { transaction } from '../../db/database.ts';
import type { Context } from '../../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../../kernel/cursor.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { ChatUser, CreateChatUser } from './user-schema.ts';
import {
  type ChatUserRow,
  deleteChatUserRow,
  insertChatUser,
  selectChatUser,
  selectChatUserPage,
} from './user-store.ts';

/** Throws `conflict:chat_ops` for a member who was let in already. */
export async function createChatUser(ctx: Context, input: CreateChatUser): Promise<ChatUser> {
  requireRole(ctx, 'admin');
  const id = newId('chatUser');
  return await transaction(ctx, async (tx) => {
    if (!(await insertChatUser(tx, { id, ...input }))) throw alreadyIn();
    const { surface, team, member, name, role } = input;
    await recordAudit(tx, {
      action: 'chat_user.create',
      target: { type: 'chat_user', id, name },
      change: { surface, team, member, role },
    });
    const row = await selectChatUser(tx, id);
    if (!row) throw new Error('a chat user vanished in the transaction that made it');
    return shapeChatUser(row);
  });
}

export async function listChatUsers(
  ctx: Context,
  input: { limit: number; cursor: string | undefined },
): Promise<Page<ChatUser>> {
  requireRole(ctx, 'admin');
  const scope = { list: 'chat-users' };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectChatUserPage(ctx, input.limit + 1, beforeId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeChatUser);
}

/** What they asked for before goes on. Throws `not_found:chat_ops`. */
export async function deleteChatUser(ctx: Context, id: string): Promise<void> {
  requireRole(ctx, 'admin');
  await transaction(ctx, async (tx) => {
    const row = await deleteChatUserRow(tx, id);
    if (!row) throw new AppError('not_found:chat_ops', `There is no chat user ${id}`);
    const { surface, team, member, name, role } = row;
    await recordAudit(tx, {
      action: 'chat_user.delete',
      target: { type: 'chat_user', id, name },
      change: { surface, team, member, role },
    });
  });
}

function shapeChatUser(row: ChatUserRow): ChatUser {
  const { id, surface, team, member, name, role, created_at: createdAt } = row;
  return {
    id,
    surface: surface as ChatUser['surface'],
    team,
    member,
    name,
    role,
    createdAt: createdAt.toISOString(),
  };
}

function alreadyIn(): AppError {
  return new AppError(
    'conflict:chat_ops',
    'This member was let in already; to change the role, delete the chat user and make it anew',
    { issues: [{ path: '/member', message: 'is known' }] },
  );
}

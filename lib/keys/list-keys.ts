/** Lists API keys, newest first, without what could be used. */
import { requireRole } from '../auth/principal.ts';
import { type KeyRow, selectKeyPage } from '../auth/store.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../kernel/cursor.ts';
import type { Key } from './schema.ts';

export async function listKeys(
  ctx: Context,
  input: { limit: number; cursor: string | undefined },
): Promise<Page<Key>> {
  requireRole(ctx, 'admin');
  const scope = { list: 'keys' };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectKeyPage(ctx, input.limit + 1, beforeId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeKey);
}

function shapeKey(row: KeyRow): Key {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

/** Reads channels, without what is secret of them. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../kernel/cursor.ts';
import { AppError } from '../kernel/errors.ts';
import { isAlertType } from './alert-types.ts';
import { type ChannelRow, selectChannel, selectChannelPage } from './channel-store.ts';
import type { Channel } from './schema.ts';

/** Throws `not_found:alert`. */
export async function readChannel(ctx: Context, id: string): Promise<Channel> {
  requireRole(ctx, 'admin');
  return shapeChannel(await findChannel(ctx, id));
}

export async function listChannels(
  ctx: Context,
  input: { limit: number; cursor: string | undefined },
): Promise<Page<Channel>> {
  requireRole(ctx, 'admin');
  const scope = { list: 'alert-channels' };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectChannelPage(ctx, input.limit + 1, beforeId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeChannel);
}

/** Throws `not_found:alert`. */
export async function findChannel(ctx: Context, id: string): Promise<ChannelRow> {
  const row = await selectChannel(ctx, id);
  if (!row) throw new AppError('not_found:alert', `There is no alert channel ${id}`);
  return row;
}

export function shapeChannel(row: ChannelRow): Channel {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    address: row.address,
    types: row.types?.filter(isAlertType) ?? null,
    status: row.status,
    disabledBecause: row.disabled_because,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

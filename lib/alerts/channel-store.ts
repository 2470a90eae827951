/** The SQL of `alert_channels`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface NewChannelRow {
  readonly id: string;
  readonly kind: 'webhook' | 'slack';
  readonly name: string;
  readonly address: string;
  readonly targetSealed: string;
  readonly types: readonly string[] | null;
}

/** False when the name is taken. */
export async function insertChannel(tx: TxContext, row: NewChannelRow): Promise<boolean> {
  const { id, kind, name, address, targetSealed, types } = row;
  const inserted = await query(tx)
    .insertInto('alert_channels')
    .values({
      id,
      kind,
      name,
      address,
      target_sealed: targetSealed,
      types: types === null ? null : [...types],
      created_by: tx.principal.id,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export type ChannelRow = NonNullable<Awaited<ReturnType<typeof selectChannel>>>;

export async function selectChannel(ctx: Context, id: string) {
  return await query(ctx).selectFrom('alert_channels').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Newest first; `beforeId` is the last id of the page before. */
export async function selectChannelPage(ctx: Context, limit: number, beforeId: string | null) {
  let rows = query(ctx).selectFrom('alert_channels').selectAll();
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.orderBy('id', 'desc').limit(limit).execute();
}

export interface ChannelChange {
  readonly name?: string;
  readonly address?: string;
  readonly targetSealed?: string;
  readonly types?: readonly string[] | null;
  readonly status?: 'active' | 'disabled';
  readonly disabledBecause?: string | null;
}

/** `stale` when somebody changed it since `revision` was read. */
export async function updateChannelRow(
  tx: TxContext,
  id: string,
  revision: number,
  change: ChannelChange,
): Promise<'updated' | 'stale' | 'name_taken'> {
  const { name, address, targetSealed, types, status, disabledBecause } = change;
  try {
    const updated = await query(tx)
      .updateTable('alert_channels')
      .set({
        ...(name !== undefined && { name }),
        ...(address !== undefined && { address }),
        ...(targetSealed !== undefined && { target_sealed: targetSealed }),
        ...(types !== undefined && { types: types === null ? null : [...types] }),
        ...(status !== undefined && { status }),
        ...(disabledBecause !== undefined && { disabled_because: disabledBecause }),
        revision: sql<number>`revision + 1`,
        updated_at: sql<Date>`now()`,
      })
      .where('id', '=', id)
      .where('revision', '=', revision)
      .executeTakeFirst();
    return updated.numUpdatedRows > 0n ? 'updated' : 'stale';
  } catch (error) {
    if (isUniqueViolation(error, 'alert_channels_name_key')) return 'name_taken';
    throw error;
  }
}

/** Its deliveries go with it. False when there is none. */
export async function deleteChannelRow(tx: TxContext, id: string): Promise<boolean> {
  const deleted = await query(tx).deleteFrom('alert_channels').where('id', '=', id).executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

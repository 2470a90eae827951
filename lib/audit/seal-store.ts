/** The SQL of the seals: what waits for one, the chain, the tree above it, and its checkpoints. */
import { type Selectable, sql } from 'kysely';
import type { AuditLogTable } from '../db/audit-tables.ts';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface Seal {
  readonly seq: number;
  readonly auditId: string;
  readonly leaf: Buffer;
  readonly hash: Buffer;
}

export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly root: Buffer;
  readonly chain: Buffer | null;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly createdAt: Date;
}

const SEALER_LOCK = 0x5ea1;

/** False when another process is sealing. Held until the transaction ends. */
export async function trySealerLock(tx: TxContext): Promise<boolean> {
  const answer = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${sql.lit(SEALER_LOCK)}) as locked`.execute(query(tx));
  return answer.rows[0]?.locked ?? false;
}

/** As `trySealerLock`, but it waits. */
export async function sealerLock(tx: TxContext): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(SEALER_LOCK)})`.execute(query(tx));
}

export async function hasUnsealed(ctx: Context): Promise<boolean> {
  const row = await query(ctx).selectFrom('audit_unsealed').select('position').limit(1).executeTakeFirst();
  return row !== undefined;
}

export type UnsealedRow = Selectable<AuditLogTable> & { readonly position: number };

/** In the order they were written; all of them are committed. */
export async function selectUnsealed(tx: TxContext, limit: number): Promise<UnsealedRow[]> {
  return await query(tx)
    .selectFrom('audit_unsealed')
    .innerJoin('audit_logs', 'audit_logs.id', 'audit_unsealed.audit_id')
    .selectAll('audit_logs')
    .select('audit_unsealed.position')
    .orderBy('audit_unsealed.position')
    .limit(limit)
    .execute();
}

export async function deleteUnsealed(tx: TxContext, positions: readonly number[]): Promise<void> {
  await query(tx)
    .deleteFrom('audit_unsealed')
    .where('position', '=', sql<number>`any(${positions})`)
    .execute();
}

export async function insertSeals(tx: TxContext, seals: readonly Seal[]): Promise<void> {
  await query(tx)
    .insertInto('audit_seals')
    .values(seals.map(({ seq, auditId, leaf, hash }) => ({ seq, audit_id: auditId, leaf, hash })))
    .execute();
}

export async function selectLastSeal(
  ctx: Context,
): Promise<{ readonly seq: number; readonly hash: Buffer } | null> {
  const row = await query(ctx)
    .selectFrom('audit_seals')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { seq: row.seq, hash: Buffer.from(row.hash) } : null;
}

export async function selectSealOf(ctx: Context, auditId: string): Promise<Seal | null> {
  const row = await query(ctx)
    .selectFrom('audit_seals')
    .selectAll()
    .where('audit_id', '=', auditId)
    .executeTakeFirst();
  return row ? shapeSeal(row) : null;
}

/** `count` seals from `seq` on. */
export async function selectSeals(ctx: Context, seq: number, count: number): Promise<Seal[]> {
  const rows = await query(ctx)
    .selectFrom('audit_seals')
    .selectAll()
    .where('seq', '>=', seq)
    .where('seq', '<', seq + count)
    .orderBy('seq')
    .execute();
  return rows.map(shapeSeal);
}

function shapeSeal(row: { seq: number; audit_id: string; leaf: Uint8Array; hash: Uint8Array }): Seal {
  return {
    seq: row.seq,
    auditId: row.audit_id,
    leaf: Buffer.from(row.leaf),
    hash: Buffer.from(row.hash),
  };
}

export async function insertTiles(tx: TxContext, tiles: readonly Tile[]): Promise<void> {
  if (tiles.length > 0)
    await query(tx)
      .insertInto('audit_tiles')
      .values([...tiles])
      .execute();
}

/** `count` tiles of a level from `index` on. */
export async function selectTiles(
  ctx: Context,
  level: number,
  index: number,
  count: number,
): Promise<Tile[]> {
  const rows = await query(ctx)
    .selectFrom('audit_tiles')
    .selectAll()
    .where('level', '=', level)
    .where('index', '>=', index)
    .where('index', '<', index + count)
    .orderBy('index')
    .execute();
  return rows.map((row) => ({
    level: row.level,
    index: row.index,
    root: Buffer.from(row.root),
    chain: row.chain === null ? null : Buffer.from(row.chain),
  }));
}

export async function insertCheckpoint(tx: TxContext, size: number, note: string): Promise<void> {
  await query(tx).insertInto('audit_checkpoints').values({ size, note }).execute();
}

export async function selectLastCheckpoint(ctx: Context): Promise<StoredCheckpoint | null> {
  const row = await query(ctx)
    .selectFrom('audit_checkpoints')
    .selectAll()
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { size: row.size, note: row.note, createdAt: row.created_at } : null;
}

/** The smallest that covers this many records. */
export async function selectCheckpointOver(ctx: Context, size: number): Promise<StoredCheckpoint | null> {
  const row = await query(ctx)
    .selectFrom('audit_checkpoints')
    .selectAll()
    .where('size', '>=', size)
    .orderBy('size')
    .limit(1)
    .executeTakeFirst();
  return row ? { size: row.size, note: row.note, createdAt: row.created_at } : null;
}

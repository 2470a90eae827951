/** The SQL of `blobs`, the bytes of files under their digest. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface Blob {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/**
 * Stores bytes under their digest; those already there are young again, so that nobody takes them for unneeded. In one
 * order, or two uploads could wait in a circle.
 */
export async function insertBlobs(tx: TxContext, blobs: readonly Blob[]): Promise<void> {
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const distinct = [...byDigest.values()].sort((one, other) => (one.digest < other.digest ? -1 : 1));
  if (distinct.length === 0) return;
  await query(tx)
    .insertInto('blobs')
    .values(
      distinct.map((blob) => ({ digest: blob.digest, size_bytes: blob.bytes.byteLength, bytes: blob.bytes })),
    )
    .onConflict((conflict) =>
      conflict
        .column('digest')
        .doUpdateSet({ created_at: sql<Date>`now()` })
        // Locked also when it is not changed.
        .where('blobs.created_at', '<', sql<Date>`now() - interval '1 hour'`),
    )
    .execute();
}

export async function selectBlobs(
  ctx: Context,
  digests: readonly string[],
): Promise<Map<string, Uint8Array>> {
  if (digests.length === 0) return new Map();
  const rows = await query(ctx)
    .selectFrom('blobs')
    .select(['digest', 'bytes'])
    .where('digest', 'in', digests)
    .execute();
  return new Map(rows.map((row) => [row.digest, row.bytes]));
}

/** The first `length` bytes of each. */
export async function selectBlobStarts(
  ctx: Context,
  digests: readonly string[],
  length: number,
): Promise<Map<string, Uint8Array>> {
  if (digests.length === 0) return new Map();
  const rows = await query(ctx)
    .selectFrom('blobs')
    .select(['digest', sql<Uint8Array>`substring(bytes from 1 for ${length}::integer)`.as('start')])
    .where('digest', 'in', digests)
    .execute();
  return new Map(rows.map((row) => [row.digest, row.start]));
}

/** Stored before then, and in no version of a skill that is there. Returns how many went. */
export async function deleteUnneededBlobs(ctx: Context, before: Date, limit: number): Promise<number> {
  // An upload that needs one of them at this moment has locked and touched it, or waits and stores it anew.
  const deleted = await sql`
    with needed as materialized (
      select distinct f ->> 'digest' as digest from skill_versions v
      join skills s on s.id = v.skill_id and s.deleted_at is null
      cross join jsonb_array_elements(v.files) f
    ), unneeded as (
      select b.digest from blobs b
      where b.created_at < ${before} and not exists (select from needed n where n.digest = b.digest)
      order by b.digest limit ${limit} for update of b
    )
    delete from blobs using unneeded where blobs.digest = unneeded.digest`.execute(query(ctx));
  return Number(deleted.numAffectedRows ?? 0);
}

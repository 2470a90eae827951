/** The SQL of `skill_versions`. */
import { query } from '../db/database.ts';
import type { StoredFile, StoredManifest } from '../db/tables.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface NewVersion {
  readonly id: string;
  readonly skillId: string;
  readonly number: number;
  readonly label: string | null;
  readonly digest: string;
  readonly source: Record<string, unknown>;
  readonly manifest: StoredManifest;
  readonly files: readonly StoredFile[];
  readonly sizeBytes: number;
  readonly createdBy: string;
}

export async function insertVersion(tx: TxContext, version: NewVersion): Promise<void> {
  await query(tx)
    .insertInto('skill_versions')
    .values({
      id: version.id,
      skill_id: version.skillId,
      number: version.number,
      label: version.label,
      digest: version.digest,
      source: JSON.stringify(version.source),
      manifest: JSON.stringify(version.manifest),
      files: JSON.stringify(version.files),
      size_bytes: version.sizeBytes,
      file_count: version.files.length,
      created_by: version.createdBy,
    })
    .execute();
}

export type VersionRow = NonNullable<Awaited<ReturnType<typeof selectVersionByDigest>>>;

export async function selectVersionByDigest(ctx: Context, skillId: string, digest: string) {
  return await query(ctx)
    .selectFrom('skill_versions')
    .selectAll()
    .where('skill_id', '=', skillId)
    .where('digest', '=', digest)
    .executeTakeFirst();
}

export async function selectVersionsById(ctx: Context, ids: readonly string[]): Promise<VersionRow[]> {
  if (ids.length === 0) return [];
  return await query(ctx).selectFrom('skill_versions').selectAll().where('id', 'in', ids).execute();
}

/** Versions of these skills that a ref other than `latest` may mean. */
export async function selectVersionsByRef(
  ctx: Context,
  skillIds: readonly string[],
  ref: string,
): Promise<VersionRow[]> {
  const number = /^\d{1,9}$/.test(ref) ? Number(ref) : null;
  return await query(ctx)
    .selectFrom('skill_versions')
    .selectAll()
    .where('skill_id', 'in', skillIds)
    .where((eb) =>
      number === null
        ? eb.or([eb('label', '=', ref), eb('digest', '=', ref), eb('id', '=', ref)])
        : eb('number', '=', number),
    )
    .execute();
}

export async function selectVersionPage(
  ctx: Context,
  skillId: string,
  limit: number,
  beforeNumber: number | null,
) {
  let rows = query(ctx).selectFrom('skill_versions').selectAll().where('skill_id', '=', skillId);
  if (beforeNumber !== null) rows = rows.where('number', '<', beforeNumber);
  return await rows.orderBy('number', 'desc').limit(limit).execute();
}

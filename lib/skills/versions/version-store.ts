/** The SQL of `skill_versions`. */
import { query } from '../../db/database.ts';
import type { StoredFile, StoredManifest } from '../../db/stored-values.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import { REF_COLUMNS, refCandidates } from '../refs/ref-store.ts';

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

/** Versions with what is known of their content; under one name, so that conditions need none. */
function knownVersions(ctx: Context) {
  return query(ctx)
    .selectFrom('skill_versions as version')
    .leftJoin('skill_scans as scan', 'scan.digest', 'version.digest')
    .leftJoin('skill_yanks as yank', 'yank.version_id', 'version.id')
    .selectAll('version')
    .select(SCAN_COLUMNS)
    .select(REF_COLUMNS)
    .as('version');
}

/** What `shapeScan` takes. */
export const SCAN_COLUMNS = [
  'scan.status as scan_status',
  'scan.critical',
  'scan.high',
  'scan.medium',
  'scan.low',
  'yank.reason as yank_reason',
  'yank.yanked_at',
  'yank.yanked_by',
] as const;

export type VersionRow = NonNullable<Awaited<ReturnType<typeof selectVersionByDigest>>>;

export async function selectVersionByDigest(ctx: Context, skillId: string, digest: string) {
  return await query(ctx)
    .selectFrom(knownVersions(ctx))
    .selectAll()
    .where('skill_id', '=', skillId)
    .where('digest', '=', digest)
    .executeTakeFirst();
}

export async function selectVersionsById(ctx: Context, ids: readonly string[]): Promise<VersionRow[]> {
  if (ids.length === 0) return [];
  return await query(ctx).selectFrom(knownVersions(ctx)).selectAll().where('id', 'in', ids).execute();
}

/** One version for each of these digests that has any, of whichever skill. */
export async function selectVersionsWithDigests(
  ctx: Context,
  digests: readonly string[],
): Promise<VersionRow[]> {
  if (digests.length === 0) return [];
  return await query(ctx)
    .selectFrom(knownVersions(ctx))
    .selectAll()
    .distinctOn('digest')
    .where('digest', 'in', digests)
    .orderBy('digest')
    .execute();
}

/** A version with the rank of what the ref means for it, and the name that matched. */
export type NamedVersionRow = VersionRow & { readonly rank: number; readonly matched: string };

/** Versions of these skills that a ref other than `latest` may mean, the best meaning first. */
export async function selectVersionsByRef(
  ctx: Context,
  skillIds: readonly string[],
  ref: string,
): Promise<NamedVersionRow[]> {
  if (skillIds.length === 0) return [];
  return await query(ctx)
    .selectFrom(knownVersions(ctx))
    .innerJoin(refCandidates(ctx, skillIds, ref).as('candidate'), 'candidate.version_id', 'version.id')
    .selectAll('version')
    .select(['candidate.rank', 'candidate.name as matched'])
    .orderBy('candidate.rank')
    .orderBy('candidate.name')
    .execute();
}

export async function selectVersionPage(
  ctx: Context,
  skillId: string,
  limit: number,
  beforeNumber: number | null,
) {
  let rows = query(ctx).selectFrom(knownVersions(ctx)).selectAll().where('skill_id', '=', skillId);
  if (beforeNumber !== null) rows = rows.where('number', '<', beforeNumber);
  return await rows.orderBy('number', 'desc').limit(limit).execute();
}

/** The digests of all versions of a skill. */
export async function selectVersionDigests(ctx: Context, skillId: string): Promise<string[]> {
  const rows = await query(ctx)
    .selectFrom('skill_versions')
    .select('digest')
    .where('skill_id', '=', skillId)
    .execute();
  return rows.map((row) => row.digest);
}

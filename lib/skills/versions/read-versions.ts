/** Reads versions: lists, one by its ref, and the bytes of its files. */
import { requireRole } from '../../auth/principal.ts';
import type { Context } from '../../kernel/context.ts';
import { decodeCursor, foreignCursor, type Page, pageOf } from '../../kernel/cursor.ts';
import { selectBlobs } from '../blob-store.ts';
import { compatibilityOf } from './compatibility.ts';
import { findSkill } from '../read-skills.ts';
import { shapeRefs } from '../refs/ref-schema.ts';
import { resolveRef } from '../refs/resolve-ref.ts';
import { shapeScan } from '../policy/scan-schema.ts';
import { selectVersionPage, type VersionRow } from './version-store.ts';
import type { SkillVersion } from './version-schema.ts';

/** Newest first. */
export async function listVersions(
  ctx: Context,
  input: { skill: string; limit: number; cursor: string | undefined },
): Promise<Page<SkillVersion>> {
  requireRole(ctx, 'viewer');
  const skill = await findSkill(ctx, input.skill);
  const scope = { list: 'versions', skill: skill.id };
  const before = input.cursor === undefined ? null : Number(decodeCursor(scope, input.cursor, 1)[0]);
  if (before !== null && !isVersionNumber(before)) throw foreignCursor();
  const rows = await selectVersionPage(ctx, skill.id, input.limit + 1, before);
  return pageOf(rows, input.limit, scope, (row) => [String(row.number)], shapeVersion);
}

function isVersionNumber(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 2 ** 31;
}

export async function getVersion(ctx: Context, input: { skill: string; ref: string }): Promise<SkillVersion> {
  requireRole(ctx, 'viewer');
  const version = await resolveRef(ctx, await findSkill(ctx, input.skill), input.ref);
  return {
    ...shapeVersion(version),
    files: version.files,
    compatibility: compatibilityOf(version),
  };
}

/** The bytes of a version's files, in manifest order. Throws when a blob is missing: that is damage, not absence. */
export async function loadVersionFiles(
  ctx: Context,
  version: Pick<VersionRow, 'id' | 'files'>,
): Promise<{ path: string; bytes: Uint8Array }[]> {
  const blobs = await selectBlobs(ctx, [...new Set(version.files.map((file) => file.digest))]);
  return version.files.map((file) => {
    const bytes = blobs.get(file.digest);
    if (!bytes) throw new Error(`the bytes of ${file.path} in ${version.id} are missing from the database`);
    return { path: file.path, bytes };
  });
}

export function shapeVersion(row: VersionRow): SkillVersion {
  return {
    id: row.id,
    number: row.number,
    label: row.label,
    digest: row.digest,
    source: row.source,
    sizeBytes: row.size_bytes,
    fileCount: row.file_count,
    refs: shapeRefs(row),
    ...shapeScan(row),
    createdAt: row.created_at.toISOString(),
  };
}

/** Reads the catalogue: one skill, lists, versions, and the files of a version. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, foreignCursor, type Page, pageOf } from '../kernel/cursor.ts';
import { AppError } from '../kernel/errors.ts';
import { resolveRef } from './resolve-ref.ts';
import type { Skill, SkillFilter, SkillVersion } from './schema.ts';
import {
  selectBlobs,
  selectSkillPage,
  selectSkillsByName,
  selectVersionPage,
  type SkillRow,
  type VersionRow,
} from './store.ts';

/** The skill with this id or name. Throws `not_found:skill`. */
export async function findSkill(ctx: Context, nameOrId: string): Promise<SkillRow> {
  const [skill] = await requireSkills(ctx, [nameOrId], () => '/skill');
  if (!skill) throw new Error('requireSkills answers as many skills as it is asked for');
  return skill;
}

/**
 * The skills with these ids or names, in that order; `placeOf` says where in the request each was named.
 * Throws `not_found:skill` naming all that are unknown.
 */
export async function requireSkills(
  ctx: Context,
  names: readonly string[],
  placeOf: (index: number) => string = (index) => `/skills/${index}`,
): Promise<SkillRow[]> {
  const rows = await selectSkillsByName(ctx, names);
  const byName = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.name, row] as const]));
  const unknown = names.filter((name) => !byName.has(name));
  if (unknown.length > 0) {
    throw new AppError('not_found:skill', `There is no skill named ${unknown.join(', ')}`, {
      issues: unknown.map((name) => ({
        path: placeOf(names.indexOf(name)),
        message: 'there is no such skill',
      })),
    });
  }
  return names.flatMap((name) => byName.get(name) ?? []);
}

export async function getSkill(ctx: Context, nameOrId: string): Promise<{ skill: Skill; revision: number }> {
  requireRole(ctx, 'viewer');
  const row = await findSkill(ctx, nameOrId);
  return { skill: shapeSkill(row), revision: row.revision };
}

export async function listSkills(
  ctx: Context,
  input: { filter: SkillFilter; limit: number; cursor: string | undefined },
): Promise<Page<Skill>> {
  requireRole(ctx, 'viewer');
  const { q, tag, status, sort } = input.filter;
  const scope = { list: 'skills', ...input.filter };
  const after =
    input.cursor === undefined ? null : decodeCursor(scope, input.cursor, sort === 'name' ? 1 : 2);
  if (after !== null && sort === '-updatedAt' && !isTimestamp(after[0])) throw foreignCursor();
  const rows = await selectSkillPage(ctx, { q, tag, status }, sort, input.limit + 1, after);
  const key = (row: SkillRow) => (sort === 'name' ? [row.name] : [row.updated_at.toISOString(), row.id]);
  return pageOf(rows, input.limit, scope, key, shapeSkill);
}

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

function isTimestamp(text: string | undefined): boolean {
  const time = new Date(text ?? '');
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}

function isVersionNumber(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 2 ** 31;
}

export async function getVersion(ctx: Context, input: { skill: string; ref: string }): Promise<SkillVersion> {
  requireRole(ctx, 'viewer');
  const version = await resolveRef(ctx, await findSkill(ctx, input.skill), input.ref);
  return { ...shapeVersion(version), files: version.files };
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

export function shapeSkill(row: SkillRow): Skill {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    description: row.description,
    license: row.manifest.license,
    compatibility: row.manifest.compatibility,
    metadata: row.manifest.metadata,
    allowedTools: row.manifest.allowedTools,
    tags: row.tags,
    status: row.status,
    latestVersion: {
      id: row.version_id,
      number: row.number,
      label: row.label,
      digest: row.digest,
      source: row.source,
      sizeBytes: row.size_bytes,
      fileCount: row.file_count,
      createdAt: row.version_created_at.toISOString(),
    },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
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
    createdAt: row.created_at.toISOString(),
  };
}

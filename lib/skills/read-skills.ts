/** Reads the catalogue: one skill, and lists. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, foreignCursor, type Page, pageOf } from '../kernel/cursor.ts';
import { AppError } from '../kernel/errors.ts';
import { selectSkillPage } from './list-store.ts';
import type { Skill, SkillFilter } from './schema.ts';
import { selectSkillsByName, type SkillRow } from './store.ts';

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

function isTimestamp(text: string | undefined): boolean {
  const time = new Date(text ?? '');
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
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

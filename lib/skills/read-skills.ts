/** Reads skills of the catalogue by id or name. */
import { requireRole } from '../auth/principal.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { shapeRefs } from './refs/ref-schema.ts';
import { shapeRepository } from './refs/repositories.ts';
import type { Skill } from './schema.ts';
import { shapeScan } from './policy/scan-schema.ts';
import { lockSkill, selectSkillsByName, type SkillRow } from './store.ts';

/** The skill with this id or name. Throws `not_found:skill`. */
export async function findSkill(ctx: Context, nameOrId: string): Promise<SkillRow> {
  const [skill] = await requireSkills(ctx, [nameOrId], () => '/skill');
  if (!skill) throw new Error('requireSkills answers as many skills as it is asked for');
  return skill;
}

/** The same, as it is once nobody else can change it until the transaction ends. */
export async function findLockedSkill(tx: TxContext, nameOrId: string): Promise<SkillRow> {
  const { id } = await findSkill(tx, nameOrId);
  await lockSkill(tx, id);
  return await findSkill(tx, id);
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
    repository: shapeRepository(row),
    status: row.status,
    latestVersion: {
      id: row.version_id,
      number: row.number,
      label: row.label,
      digest: row.digest,
      source: row.source,
      sizeBytes: row.size_bytes,
      fileCount: row.file_count,
      refs: shapeRefs(row),
      ...shapeScan(row),
      createdAt: row.version_created_at.toISOString(),
    },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

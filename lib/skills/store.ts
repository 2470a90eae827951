/** The SQL of `skills`, `skill_versions` and `blobs`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface NewSkill {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly latestVersionId: string;
  readonly createdBy: string;
}

export async function insertSkill(tx: TxContext, skill: NewSkill): Promise<void> {
  await query(tx)
    .insertInto('skills')
    .values({
      id: skill.id,
      name: skill.name,
      display_name: skill.displayName,
      description: skill.description,
      tags: [...skill.tags],
      latest_version_id: skill.latestVersionId,
      search_text: searchText(skill),
      created_by: skill.createdBy,
    })
    .execute();
}

/** Makes this the latest version; the skill takes over its description. */
export async function pointToVersion(
  tx: TxContext,
  skill: { id: string; name: string; displayName: string; tags: readonly string[] },
  version: { id: string; description: string },
): Promise<void> {
  await query(tx)
    .updateTable('skills')
    .set({
      latest_version_id: version.id,
      description: version.description,
      search_text: searchText({ ...skill, description: version.description }),
      revision: sql<number>`revision + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', skill.id)
    .execute();
}

/** What `q` looks in: NFKC, lower case. */
function searchText(skill: {
  name: string;
  displayName: string;
  description: string;
  tags: readonly string[];
}): string {
  return [skill.name, skill.displayName, skill.description, ...skill.tags]
    .join('\n')
    .normalize('NFKC')
    .toLowerCase();
}

/** Skills with their latest version; the base of every read. */
export function skillsWithLatest(ctx: Context) {
  return query(ctx)
    .selectFrom('skills as skill')
    .innerJoin('skill_versions as version', 'version.id', 'skill.latest_version_id')
    .select([
      'skill.id',
      'skill.name',
      'skill.display_name',
      'skill.description',
      'skill.tags',
      'skill.status',
      'skill.revision',
      'skill.created_at',
      'skill.updated_at',
      'version.id as version_id',
      'version.number',
      'version.label',
      'version.digest',
      'version.source',
      'version.manifest',
      'version.size_bytes',
      'version.file_count',
      'version.created_at as version_created_at',
    ]);
}

export type SkillRow = Awaited<ReturnType<typeof selectSkillsByName>>[number];

/** Skills with one of these ids or names. */
export async function selectSkillsByName(ctx: Context, names: readonly string[]) {
  if (names.length === 0) return [];
  return await skillsWithLatest(ctx)
    .where((eb) => eb.or([eb('skill.id', 'in', names), eb('skill.name', 'in', names)]))
    .execute();
}

/** Locks the skill's row, so that version numbers follow each other. */
export async function lockSkill(tx: TxContext, id: string): Promise<{ nextNumber: number }> {
  await query(tx)
    .selectFrom('skills')
    .select('id')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const newest = await query(tx)
    .selectFrom('skill_versions')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('skill_id', '=', id)
    .executeTakeFirstOrThrow();
  return { nextNumber: newest.number + 1 };
}

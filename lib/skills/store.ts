/** The SQL of `skills`, `skill_versions` and `blobs`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import type { ProviderKind } from '../providers/adapter.ts';
import { type SearchableSkill, searchColumns } from './search/search-columns.ts';
import { vocabularyOf } from './search/search-words.ts';
import { learnWords } from './search/search-words-store.ts';
import { REF_COLUMNS } from './refs/ref-store.ts';
import { REPOSITORY_COLUMNS } from './refs/repository-store.ts';
import { SCAN_COLUMNS } from './versions/version-store.ts';

export interface NewSkill {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly latestVersionId: string;
  readonly compatibleKinds: readonly ProviderKind[];
  readonly createdBy: string;
}

export async function insertSkill(tx: TxContext, skill: NewSkill): Promise<void> {
  await query(tx)
    .insertInto('skills')
    .values({
      id: skill.id,
      name: skill.name,
      ...(await describedColumns(tx, skill)),
      latest_version_id: skill.latestVersionId,
      compatible_kinds: [...skill.compatibleKinds],
      created_by: skill.createdBy,
    })
    .execute();
}

/** Makes this the latest version; the skill takes over its description. */
export async function pointToVersion(
  tx: TxContext,
  skill: { id: string; name: string; displayName: string; tags: readonly string[] },
  version: { id: string; description: string; compatibleKinds: readonly ProviderKind[] },
): Promise<void> {
  await query(tx)
    .updateTable('skills')
    .set({
      latest_version_id: version.id,
      ...(await describedColumns(tx, { ...skill, description: version.description })),
      compatible_kinds: [...version.compatibleKinds],
      revision: sql<number>`revision + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', skill.id)
    .execute();
}

/** What describes a skill with all that the search finds it by; every insert and update of these goes through here. */
export async function describedColumns(tx: TxContext, skill: SearchableSkill) {
  await learnWords(tx, vocabularyOf(skill));
  return {
    display_name: skill.displayName,
    description: skill.description,
    tags: [...skill.tags],
    ...searchColumns(skill),
  };
}

/** Skills that are not deleted, with their latest version; the base of every read. */
export function skillsWithLatest(ctx: Context) {
  return query(ctx)
    .selectFrom('skills as skill')
    .innerJoin('skill_versions as version', 'version.id', 'skill.latest_version_id')
    .leftJoin('skill_scans as scan', 'scan.digest', 'version.digest')
    .leftJoin('skill_yanks as yank', 'yank.version_id', 'version.id')
    .leftJoin('skill_repositories as repository', 'repository.skill_id', 'skill.id')
    .select(SCAN_COLUMNS)
    .select(REF_COLUMNS)
    .select(REPOSITORY_COLUMNS)
    .where('skill.deleted_at', 'is', null)
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

/** By id. */
export interface SkillNames {
  readonly name: string;
  readonly displayName: string;
}

export async function selectNamesOfSkills(
  ctx: Context,
  ids: readonly string[],
): Promise<Map<string, SkillNames>> {
  if (ids.length === 0) return new Map();
  const rows = await query(ctx)
    .selectFrom('skills')
    .select(['id', 'name', 'display_name'])
    .where('id', 'in', ids)
    .where('deleted_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.id, { name: row.name, displayName: row.display_name }]));
}

/** Until the transaction ends nobody else changes the skill, adds a version to it or starts a run of it. */
export async function lockSkill(tx: TxContext, id: string): Promise<void> {
  await query(tx).selectFrom('skills').select('id').where('id', '=', id).forUpdate().execute();
}

/** The number of the next version; the skill must be locked. */
export async function nextVersionNumber(tx: TxContext, id: string): Promise<number> {
  const newest = await query(tx)
    .selectFrom('skill_versions')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('skill_id', '=', id)
    .executeTakeFirstOrThrow();
  return newest.number + 1;
}

/** Skills without the columns that search and filters need. Those that another process is at are left to it. */
export async function lockUndescribed(tx: TxContext, limit: number) {
  return await query(tx)
    .selectFrom('skills as skill')
    .innerJoin('skill_versions as version', 'version.id', 'skill.latest_version_id')
    .select([
      'skill.id',
      'skill.name',
      'skill.display_name as displayName',
      'skill.description',
      'skill.tags',
      'version.manifest',
      'version.files',
    ])
    .where((eb) => eb.or([eb('skill.search_keys', 'is', null), eb('skill.compatible_kinds', 'is', null)]))
    .orderBy('skill.id')
    .limit(limit)
    .forUpdate('skill')
    .skipLocked()
    .execute();
}

export async function describeAgain(
  tx: TxContext,
  skill: SearchableSkill & { id: string },
  kinds: readonly ProviderKind[],
): Promise<void> {
  await query(tx)
    .updateTable('skills')
    .set({ ...(await describedColumns(tx, skill)), compatible_kinds: [...kinds] })
    .where('id', '=', skill.id)
    .execute();
}

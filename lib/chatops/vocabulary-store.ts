/** The SQL of the names that a message may use: all of them, those of some, and whose have changed. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';

/** Ids to read; null for all there are. */
export type Ids = readonly string[] | null;

/** Names and all versions of active skills. */
export async function selectSkillNames(ctx: Context, ids: Ids) {
  let rows = query(ctx)
    .selectFrom('skills')
    .leftJoin('skill_versions', 'skill_versions.skill_id', 'skills.id')
    .select([
      'skills.id',
      'skills.name',
      'skills.display_name',
      'skill_versions.number',
      'skill_versions.label',
    ])
    .where('skills.status', '=', 'active')
    .where('skills.deleted_at', 'is', null);
  if (ids !== null) rows = rows.where('skills.id', 'in', [...ids]);
  return await rows.orderBy('skills.id').orderBy('skill_versions.number').execute();
}

/** Further names of versions. */
export async function selectSkillRefs(ctx: Context, ids: Ids) {
  let rows = query(ctx).selectFrom('skill_version_refs').select(['skill_id', 'kind', 'name']);
  if (ids !== null) rows = rows.where('skill_id', 'in', [...ids]);
  return await rows.orderBy('name').execute();
}

/** Skills whose refs can be looked up in a repository. */
export async function selectSkillsWithRepository(ctx: Context, ids: Ids): Promise<string[]> {
  let rows = query(ctx).selectFrom('skill_repositories').select('skill_id');
  if (ids !== null) rows = rows.where('skill_id', 'in', [...ids]);
  return (await rows.execute()).map((row) => row.skill_id);
}

export async function selectProviderNames(ctx: Context, ids: Ids) {
  let rows = query(ctx)
    .selectFrom('providers')
    .select(['id', 'slug', 'kind', 'display_name', 'status'])
    .where('deleted_at', 'is', null);
  if (ids !== null) rows = rows.where('id', 'in', [...ids]);
  return await rows.orderBy('slug').execute();
}

export interface NameChanges {
  /** Every transaction below it has ended: what it wrote is seen by whoever looks after this. */
  readonly horizon: string;
  readonly skillIds: readonly string[];
  readonly providerIds: readonly string[];
}

/** Whose names were written by transactions that had not all ended at the horizon before; null finds none. */
export async function selectNameChanges(ctx: Context, since: string | null): Promise<NameChanges> {
  const found = await sql<{ horizon: string; skillIds: string[]; providerIds: string[] }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
      coalesce(array_agg(distinct skill_id) filter (where skill_id is not null), '{}') as "skillIds",
      coalesce(array_agg(distinct provider_id) filter (where provider_id is not null), '{}') as "providerIds"
    from vocabulary_changes where xid >= ${since}::text::xid8`.execute(query(ctx));
  const [changes] = found.rows;
  if (!changes) throw new Error('an aggregate has no row');
  return changes;
}

/** Returns how many were forgotten. */
export async function deleteNameChanges(ctx: Context, olderThanMs: number): Promise<number> {
  const deleted = await sql`
    delete from vocabulary_changes
    where created_at < now() - make_interval(secs => ${olderThanMs / 1000}::double precision)`.execute(
    query(ctx),
  );
  return Number(deleted.numAffectedRows ?? 0);
}

/** The SQL of `skill_version_refs`. */
import { type RawBuilder, sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { RefKind } from '../../db/ref-tables.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import { commitPrefixOf, shortRef, versionNumberOf } from './ref-names.ts';

/** Of one kind, in one answer; a release of many skills may tag one commit very often. */
const MOST_SHOWN = 100;

/** What `shapeRefs` takes, for a query that has the version as `version`. */
export const REF_COLUMNS = [
  shownNames('label').as('ref_labels'),
  shownNames('tag').as('ref_tags'),
  shownNames('branch').as('ref_branches'),
  sql<string | null>`(select ref.name from skill_version_refs ref
    where ref.version_id = version.id and ref.kind = 'commit'
    order by ref.updated_at desc, ref.name limit 1)`.as('ref_commit'),
] as const;

function shownNames(kind: RefKind): RawBuilder<string[]> {
  return sql<string[]>`array(select ref.name from skill_version_refs ref
    where ref.version_id = version.id and ref.kind = ${sql.lit(kind)}
    order by ref.updated_at desc, ref.name limit ${sql.lit(MOST_SHOWN)})`;
}

/** What a text may mean, the lowest first. */
export const RANKS = { number: 1, label: 2, identity: 3, tag: 4, branch: 5, commit: 6 } as const;

/** Versions of these skills that a ref other than `latest` may mean, each with how; for use in a join. */
export function refCandidates(ctx: Context, skillIds: readonly string[], ref: string) {
  const versions = (rank: number) =>
    query(ctx)
      .selectFrom('skill_versions')
      .select([
        'id as version_id',
        sql<number>`${sql.lit(rank)}::integer`.as('rank'),
        sql<string>`${ref}`.as('name'),
      ])
      .where('skill_id', 'in', skillIds);
  const names = (kind: RefKind) =>
    query(ctx)
      .selectFrom('skill_version_refs')
      .select(['version_id', sql<number>`${sql.lit(RANKS[kind])}::integer`.as('rank'), 'name'])
      .where('skill_id', 'in', skillIds)
      .where('kind', '=', kind);
  const number = versionNumberOf(ref);
  const prefix = commitPrefixOf(ref);
  let candidates = versions(RANKS.label)
    .where('label', '=', ref)
    .unionAll(names('label').where('name', '=', ref))
    .unionAll(names('tag').where('name', '=', shortRef(ref, 'tag')))
    .unionAll(names('branch').where('name', '=', shortRef(ref, 'branch')));
  if (number !== null) candidates = candidates.unionAll(versions(RANKS.number).where('number', '=', number));
  if (ref.startsWith('sha256:'))
    candidates = candidates.unionAll(versions(RANKS.identity).where('digest', '=', ref));
  if (ref.startsWith('skv_'))
    candidates = candidates.unionAll(versions(RANKS.identity).where('id', '=', ref));
  // Every digit sorts before `g`.
  if (prefix !== null)
    candidates = candidates.unionAll(
      names('commit').where('name', '>=', prefix).where('name', '<', `${prefix}g`),
    );
  return candidates;
}

export interface RefName {
  readonly kind: RefKind;
  readonly name: string;
}

export async function selectRefs(ctx: Context, skillId: string, wanted: readonly RefName[]) {
  if (wanted.length === 0) return [];
  return await query(ctx)
    .selectFrom('skill_version_refs as ref')
    .innerJoin('skill_versions as version', 'version.id', 'ref.version_id')
    .select(['ref.kind', 'ref.name', 'ref.version_id', 'version.number'])
    .where('ref.skill_id', '=', skillId)
    .where((eb) =>
      eb.or(wanted.map(({ kind, name }) => eb.and([eb('ref.kind', '=', kind), eb('ref.name', '=', name)]))),
    )
    .execute();
}

/** Names that are there already are moved to this version. */
export async function upsertRefs(
  tx: TxContext,
  version: { readonly id: string; readonly skillId: string },
  refs: readonly RefName[],
): Promise<void> {
  if (refs.length === 0) return;
  await query(tx)
    .insertInto('skill_version_refs')
    .values(refs.map(({ kind, name }) => ({ skill_id: version.skillId, kind, name, version_id: version.id })))
    .onConflict((conflict) =>
      conflict.columns(['skill_id', 'kind', 'name']).doUpdateSet({
        version_id: version.id,
        updated_at: sql<Date>`now()`,
      }),
    )
    .execute();
}

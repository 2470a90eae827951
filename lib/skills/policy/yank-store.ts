/** The SQL of `skill_yanks`. */
import { query } from '../../db/database.ts';
import type { StoredPrincipal } from '../../db/columns.ts';
import type { Context, TxContext } from '../../kernel/context.ts';

/** False when it was yanked already. */
export async function insertYank(
  tx: TxContext,
  yank: { readonly versionId: string; readonly reason: string; readonly yankedBy: StoredPrincipal },
): Promise<boolean> {
  const made = await query(tx)
    .insertInto('skill_yanks')
    .values({ version_id: yank.versionId, reason: yank.reason, yanked_by: JSON.stringify(yank.yankedBy) })
    .onConflict((conflict) => conflict.column('version_id').doNothing())
    .returning('version_id')
    .executeTakeFirst();
  return made !== undefined;
}

/** The newest version of a skill that may be its latest; undefined when all are yanked. */
export async function selectNewestUnyanked(tx: TxContext, skillId: string) {
  return await query(tx)
    .selectFrom('skill_versions as version')
    .leftJoin('skill_yanks as yank', 'yank.version_id', 'version.id')
    .select(['version.id', 'version.manifest', 'version.files'])
    .where('version.skill_id', '=', skillId)
    .where('yank.version_id', 'is', null)
    .orderBy('version.number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** One at most for each connection. */
export async function selectWhereInstalled(ctx: Context, versionId: string) {
  return await query(ctx)
    .selectFrom('installations as installation')
    .innerJoin('providers as provider', 'provider.id', 'installation.provider_id')
    .select(['installation.id', 'provider.slug'])
    .where('installation.skill_version_id', '=', versionId)
    .orderBy('provider.slug')
    .execute();
}

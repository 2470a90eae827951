/** Withdraws a version: it stays readable and where it is installed, but cannot be installed any more. */
import { recordAudit } from '../../audit/record.ts';
import { requireRole } from '../../auth/principal.ts';
import { transaction } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import { compatibleKinds } from '../versions/compatibility.ts';
import type { YankedVersion } from './findings-schema.ts';
import { findLockedSkill } from '../read-skills.ts';
import { shapeVersion } from '../versions/read-versions.ts';
import { resolveRef } from '../refs/resolve-ref.ts';
import { pointToVersion } from '../store.ts';
import { selectVersionsById } from '../versions/version-store.ts';
import { insertYank, selectNewestUnyanked, selectWhereInstalled } from './yank-store.ts';

/** Idempotent: the first reason stays. `latest` then means the newest version that is not yanked, if there is one. */
export async function yankVersion(
  ctx: Context,
  input: { skill: string; ref: string; reason: string },
): Promise<YankedVersion> {
  requireRole(ctx, 'admin');
  return await transaction(ctx, async (tx) => {
    // Versions added meanwhile would else be overlooked, or their pointer overwritten.
    const skill = await findLockedSkill(tx, input.skill);
    const { id, number, digest } = await resolveRef(tx, skill, input.ref);
    const { type, id: principalId, name } = tx.principal;
    const yankedBy = { type, id: principalId, name };
    if (await insertYank(tx, { versionId: id, reason: input.reason, yankedBy })) {
      if (skill.version_id === id) await pointToNewest(tx, skill);
      await recordAudit(tx, {
        action: 'skill.yank',
        target: { type: 'skill', id: skill.id, name: skill.name },
        change: { versionId: id, number, digest },
        note: input.reason,
      });
    }
    const [version] = await selectVersionsById(tx, [id]);
    if (!version) throw new Error('a version that was just yanked is not there');
    const installations = await selectWhereInstalled(tx, id);
    return {
      version: shapeVersion(version),
      installedIn: installations.map((row) => ({ installation: row.id, provider: row.slug })),
    };
  });
}

async function pointToNewest(
  tx: TxContext,
  skill: { id: string; name: string; display_name: string; tags: readonly string[] },
): Promise<void> {
  const newest = await selectNewestUnyanked(tx, skill.id);
  // With all of them yanked it stays: a skill has a latest version, and installing it is refused.
  if (!newest) return;
  await pointToVersion(
    tx,
    { id: skill.id, name: skill.name, displayName: skill.display_name, tags: skill.tags },
    {
      id: newest.id,
      description: newest.manifest.description,
      compatibleKinds: compatibleKinds(newest),
    },
  );
}

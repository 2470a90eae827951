/** Deletes a skill that is installed nowhere; its runs and audit rows stay readable. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { markDeleted, selectActiveRunIds, selectHoldingProviders } from './lifecycle-store.ts';
import { findLockedSkill } from './read-skills.ts';
import { deleteRepository } from './refs/repository-store.ts';
import type { SkillRow } from './store.ts';

/** Of what keeps a skill from being deleted, in one answer. */
const MOST_NAMED = 100;

/** Throws `not_found:skill`; `conflict:skill` naming the providers that hold it and the runs at work on it. */
export async function deleteSkill(ctx: Context, nameOrId: string): Promise<void> {
  requireRole(ctx, 'admin');
  await transaction(ctx, async (tx) => {
    const skill = await findLockedSkill(tx, nameOrId);
    await refuseWhileInUse(tx, skill);
    await markDeleted(tx, skill.id);
    await deleteRepository(tx, skill.id);
    await recordAudit(tx, {
      action: 'skill.delete',
      target: { type: 'skill', id: skill.id, name: skill.name },
      change: { versionId: skill.version_id, number: skill.number, digest: skill.digest },
    });
  });
}

async function refuseWhileInUse(tx: TxContext, skill: SkillRow): Promise<void> {
  // Runs first: one that ends in between leaves its installation to be found after it.
  const runIds = await selectActiveRunIds(tx, skill.id, MOST_NAMED);
  const providers = await selectHoldingProviders(tx, skill.id, MOST_NAMED);
  if (runIds.length === 0 && providers.length === 0) return;
  const reasons = [
    ...(providers.length === 0 ? [] : [`is installed on ${providers.join(', ')}`]),
    ...(runIds.length === 0 ? [] : [`has runs at work: ${runIds.join(', ')}`]),
  ];
  throw new AppError(
    'conflict:skill',
    `${skill.name} ${reasons.join(' and ')}. Uninstall it and let its runs end, or archive it instead`,
    {
      issues: [
        ...providers.map((slug) => ({ path: '/skill', message: `it is installed on ${slug}` })),
        ...runIds.map((id) => ({ path: '/skill', message: `${id} is still at work on it` })),
      ],
      extensions: { providers, runIds },
    },
  );
}

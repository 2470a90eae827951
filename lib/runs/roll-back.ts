/** Puts back the version that was installed before, on each connection its own. */
import { requireRole } from '../auth/principal.ts';
import { holdConnections } from '../connections/lifecycle-store.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { holdSkills } from '../skills/lifecycle-store.ts';
import { requireSkills } from '../skills/read-skills.ts';
import { selectVersionsById } from '../skills/versions/version-store.ts';
import { selectPreviousVersions } from './chosen-store.ts';
import { makeBatch, refuseBlocked, targetKey } from './make-batch.ts';
import type { PlannedRun } from './plan.ts';
import { requireUsableProviders } from './plan-request.ts';
import { planVersions } from './plan-versions.ts';
import { refuseForbidden } from './refuse-forbidden.ts';
import type { CreatedRuns } from './schema.ts';

/** Names or ids. */
export interface RollBack {
  readonly skills: readonly string[];
  readonly providers: readonly string[];
}

/**
 * One batch of installs. Throws 404 for unknown skills and providers, 409 for unusable providers, and
 * `not_found:skill` when one of the targets never had another version.
 */
export async function rollBack(ctx: Context, input: RollBack): Promise<CreatedRuns> {
  requireRole(ctx, 'operator');
  const created = await transaction(ctx, async (tx) => {
    await holdSkills(tx, input.skills);
    await holdConnections(tx, input.providers);
    const planned = await planRollBack(tx, input);
    refuseForbidden({ skills: [...input.skills] }, planned);
    refuseBlocked(planned);
    return await makeBatch(tx, { action: 'install', onDuplicate: 'reuse', retryOf: () => null }, planned);
  });
  ctx.db.notify('runs_queued');
  return created;
}

/** What `rollBack` would do. Writes nothing. */
export async function planRollBack(ctx: Context | TxContext, input: RollBack): Promise<PlannedRun[]> {
  const skills = await requireSkills(ctx, [...new Set(input.skills)]);
  const providers = await requireUsableProviders(ctx, [...new Set(input.providers)]);
  const previous = await selectPreviousVersions(
    ctx,
    skills.map(({ id }) => id),
    providers.map(({ id }) => id),
  );
  const idOf = new Map(
    previous.map(({ skillId, providerId, versionId }) => [
      targetKey({ skill: { id: skillId }, provider: { id: providerId } }),
      versionId,
    ]),
  );
  const versions = await selectVersionsById(ctx, [...new Set(idOf.values())]);
  const targets = skills.flatMap((skill) => providers.map((provider) => ({ skill, provider })));
  const missing = targets.filter((target) => !idOf.has(targetKey(target)));
  if (missing.length > 0) {
    const named = missing.map(({ skill, provider }) => `${skill.name} on ${provider.slug}`).join(', ');
    throw new AppError('not_found:skill', `No other version was installed before: ${named}`);
  }
  return await planVersions(
    ctx,
    'install',
    targets.map((target) => ({
      ...target,
      version: versions.find(({ id }) => id === idOf.get(targetKey(target))) ?? null,
    })),
  );
}

/** Registers a skill with its first version; it can be read and found as soon as this returns. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { findSkill, shapeSkill } from './read-skills.ts';
import type { Skill, SkillMetadata } from './schema.ts';
import { loadSource, type SkillSource } from './sources/load-source.ts';
import { insertSkill } from './store.ts';
import { storeVersion } from './store-version.ts';

/** Throws `bad_request:api` with every issue, `conflict:skill` when the name is taken, or what fetching throws. */
export async function createSkill(
  ctx: Context,
  input: { source: SkillSource; metadata: SkillMetadata },
): Promise<{ skill: Skill; revision: number }> {
  requireRole(ctx, 'operator');
  const { bundle, origin } = await loadSource(ctx, input.source);
  const { name, description } = bundle.manifest;
  const skillId = newId('skill');
  const versionId = newId('skillVersion');
  return await transaction(ctx, async (tx) => {
    await insertSkill(tx, {
      id: skillId,
      name,
      displayName: input.metadata.displayName ?? name,
      description,
      tags: [...new Set(input.metadata.tags)],
      latestVersionId: versionId,
      createdBy: tx.principal.id,
    });
    await storeVersion(tx, {
      id: versionId,
      skillId,
      number: 1,
      label: input.metadata.version ?? null,
      bundle,
      origin,
    });
    await recordAudit(tx, {
      action: 'skill.create',
      target: { type: 'skill', id: skillId, name },
      change: { versionId, digest: bundle.digest },
    });
    const row = await findSkill(tx, skillId);
    return { skill: shapeSkill(row), revision: row.revision };
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error, 'skills_name_key')) throw error;
    throw new AppError(
      'conflict:skill',
      `A skill named ${name} is already registered; add a version to it instead`,
      {
        cause: error,
      },
    );
  });
}

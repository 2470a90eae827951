/** Registers a skill with its first version; it can be read and found as soon as this returns. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { kindsTaking } from './versions/compatibility.ts';
import { findSkill, shapeSkill } from './read-skills.ts';
import { namesOf, recordRefs } from './refs/record-refs.ts';
import { saveRepository } from './refs/repositories.ts';
import type { Skill, SkillMetadata } from './schema.ts';
import { type LoadedSource, loadSource } from './sources/load-source.ts';
import type { SkillSource } from './sources/skill-source.ts';
import { insertSkill } from './store.ts';
import { scanBundle, storeScan } from './policy/store-scan.ts';
import { storeVersion } from './versions/store-version.ts';

/** Throws `bad_request:api` with every issue, `conflict:skill` when the name is taken, or what fetching throws. */
export async function createSkill(
  ctx: Context,
  input: { source: SkillSource; metadata: SkillMetadata },
): Promise<{ skill: Skill; revision: number }> {
  requireRole(ctx, 'operator');
  return await registerSkill(ctx, await loadSource(ctx, input.source), input.metadata);
}

/** The same for what is loaded already. `also` writes in the same transaction. Throws `conflict:skill` when the name is taken. */
export async function registerSkill(
  ctx: Context,
  loaded: LoadedSource,
  metadata: SkillMetadata,
  also?: (tx: TxContext, made: { skill: Skill }) => Promise<void>,
): Promise<{ skill: Skill; revision: number }> {
  requireRole(ctx, 'operator');
  const { bundle, origin, repository } = loaded;
  const { name, description } = bundle.manifest;
  const scan = await scanBundle(ctx, bundle);
  const skillId = newId('skill');
  const versionId = newId('skillVersion');
  return await transaction(ctx, async (tx) => {
    await insertSkill(tx, {
      id: skillId,
      name,
      displayName: metadata.displayName ?? name,
      description,
      tags: [...new Set(metadata.tags)],
      latestVersionId: versionId,
      compatibleKinds: kindsTaking(bundle),
      createdBy: tx.principal.id,
    });
    await storeVersion(tx, {
      id: versionId,
      skillId,
      number: 1,
      label: metadata.version ?? null,
      bundle,
      origin,
    });
    await storeScan(tx, scan);
    await recordAudit(tx, {
      action: 'skill.create',
      target: { type: 'skill', id: skillId, name },
      change: { versionId, digest: bundle.digest },
    });
    await recordRefs(
      tx,
      { id: versionId, skillId },
      { label: null, ...namesOf(repository?.refs, metadata.refs) },
    );
    if (repository) await saveRepository(tx, { id: skillId, name }, repository);
    const row = await findSkill(tx, skillId);
    const skill = shapeSkill(row);
    await also?.(tx, { skill });
    return { skill, revision: row.revision };
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

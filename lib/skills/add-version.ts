/** Adds a version to a skill; content that is already there answers with the version that has it. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { kindsTaking } from './compatibility.ts';
import { findLockedSkill } from './read-skills.ts';
import { shapeVersion } from './read-versions.ts';
import { type LoadedSource, loadSource, type SkillSource } from './sources/load-source.ts';
import { nextVersionNumber, pointToVersion, type SkillRow } from './store.ts';
import { scanBundle, storeScan } from './store-scan.ts';
import { storeVersion } from './store-version.ts';
import type { SkillVersion, VersionMetadata } from './version-schema.ts';
import { selectVersionByDigest, selectVersionsByRef, type VersionRow } from './version-store.ts';

export interface AddedVersion {
  readonly version: SkillVersion;
  readonly isNew: boolean;
}

/** Throws `bad_request:api` with every issue, `not_found:skill`, `conflict:skill` for an archived skill or a label of other content, or what fetching throws. */
export async function addVersion(
  ctx: Context,
  input: { skill: string; source: SkillSource; metadata: VersionMetadata },
): Promise<AddedVersion> {
  requireRole(ctx, 'operator');
  const { source, ...named } = input;
  return await addLoadedVersion(ctx, { ...named, loaded: await loadSource(ctx, source) });
}

/** The same for what is loaded already. `also` writes in the same transaction. */
export async function addLoadedVersion(
  ctx: Context,
  input: { skill: string; loaded: LoadedSource; metadata: VersionMetadata },
  also?: (tx: TxContext, added: AddedVersion & { skill: SkillRow }) => Promise<void>,
): Promise<AddedVersion> {
  requireRole(ctx, 'operator');
  const scan = await scanBundle(ctx, input.loaded.bundle);
  return await transaction(ctx, async (tx) => {
    const skill = await findLockedSkill(tx, input.skill);
    await storeScan(tx, scan);
    const added = await writeVersion(tx, skill, input);
    await also?.(tx, { ...added, skill });
    return added;
  });
}

async function writeVersion(
  tx: TxContext,
  skill: SkillRow,
  { loaded, metadata }: { loaded: LoadedSource; metadata: VersionMetadata },
): Promise<AddedVersion> {
  refuseOtherName(skill, loaded);
  const label = metadata.version ?? null;
  const existing = await selectVersionByDigest(tx, skill.id, loaded.bundle.digest);
  await refuseTakenLabel(tx, skill, label, existing);
  if (existing) return { version: shapeVersion(existing), isNew: false };

  refuseArchived(skill);
  const id = newId('skillVersion');
  const nextNumber = await nextVersionNumber(tx, skill.id);
  await storeVersion(tx, { id, skillId: skill.id, number: nextNumber, label, ...loaded });
  await pointToVersion(
    tx,
    { id: skill.id, name: skill.name, displayName: skill.display_name, tags: skill.tags },
    { id, description: loaded.bundle.manifest.description, compatibleKinds: kindsTaking(loaded.bundle) },
  );
  await recordAudit(tx, {
    action: 'skill.add_version',
    target: { type: 'skill', id: skill.id, name: skill.name },
    change: { versionId: id, number: nextNumber, digest: loaded.bundle.digest },
  });
  const made = await selectVersionByDigest(tx, skill.id, loaded.bundle.digest);
  if (!made) throw new Error('a version that was just written is not there');
  return { version: shapeVersion(made), isNew: true };
}

function refuseOtherName(skill: SkillRow, loaded: LoadedSource): void {
  const { name } = loaded.bundle.manifest;
  if (name === skill.name) return;
  throw new AppError('bad_request:api', `This SKILL.md is of ${name}, not of ${skill.name}`, {
    issues: [{ path: '/source', message: `name in SKILL.md must be ${skill.name}` }],
  });
}

function refuseArchived(skill: SkillRow): void {
  if (skill.status === 'active') return;
  throw new AppError(
    'conflict:skill',
    `${skill.name} is archived and takes no new versions; set its status to active first`,
  );
}

async function refuseTakenLabel(
  tx: TxContext,
  skill: SkillRow,
  label: string | null,
  existing: VersionRow | undefined,
): Promise<void> {
  if (label === null) return;
  const holder = (await selectVersionsByRef(tx, [skill.id], label)).find(
    (version) => version.label === label,
  );
  if (!holder || holder.id === existing?.id) return;
  throw new AppError(
    'conflict:skill',
    `The label ${label} of ${skill.name} belongs to version ${holder.number}, which has other content`,
  );
}

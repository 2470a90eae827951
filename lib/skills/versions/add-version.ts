/** Adds a version to a skill; content that is already there answers with the version that has it. */
import { recordAudit } from '../../audit/record.ts';
import { requireRole } from '../../auth/principal.ts';
import { transaction } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { kindsTaking } from './compatibility.ts';
import { namesOf, recordRefs } from '../refs/record-refs.ts';
import { RANKS } from '../refs/ref-store.ts';
import { saveRepository, withStoredToken } from '../refs/repositories.ts';
import { findLockedSkill, findSkill } from '../read-skills.ts';
import { shapeVersion } from './read-versions.ts';
import { type LoadedSource, loadSource } from '../sources/load-source.ts';
import type { SkillSource } from '../sources/skill-source.ts';
import { nextVersionNumber, pointToVersion, type SkillRow } from '../store.ts';
import { scanBundle, storeScan } from '../policy/store-scan.ts';
import { storeVersion } from './store-version.ts';
import type { SkillVersion, VersionMetadata } from './version-schema.ts';
import { selectVersionByDigest, selectVersionsByRef, type VersionRow } from './version-store.ts';

export interface AddedVersion {
  readonly version: SkillVersion;
  readonly isNew: boolean;
}

interface NewVersion {
  readonly skill: string;
  readonly loaded: LoadedSource;
  readonly metadata: VersionMetadata;
  /** Nobody registered it: `latest` and the repository of the skill stay what they are. */
  readonly isLookedUp?: boolean;
}

/**
 * A git source without a token is read with the one that is stored for its address.
 * Throws `bad_request:api` with every issue, `not_found:skill`, `conflict:skill` for an archived skill or a label or commit of other content, or what fetching throws.
 */
export async function addVersion(
  ctx: Context,
  input: { skill: string; source: SkillSource; metadata: VersionMetadata },
): Promise<AddedVersion> {
  requireRole(ctx, 'operator');
  const { source, ...named } = input;
  const { id } = await findSkill(ctx, input.skill);
  const loaded = await loadSource(ctx, await withStoredToken(ctx, id, source));
  return await addLoadedVersion(ctx, { ...named, loaded });
}

/** The same for what is loaded already. `also` writes in the same transaction. */
export async function addLoadedVersion(
  ctx: Context,
  input: NewVersion,
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

async function writeVersion(tx: TxContext, skill: SkillRow, input: NewVersion): Promise<AddedVersion> {
  const { loaded, metadata, isLookedUp = false } = input;
  const { digest } = loaded.bundle;
  refuseOtherName(skill, loaded);
  const label = metadata.version ?? null;
  const existing = await selectVersionByDigest(tx, skill.id, digest);
  await refuseTakenLabel(tx, skill, label, existing);
  if (existing) await nameAgain(tx, skill, existing, input);
  else await writeNew(tx, skill, input);
  if (loaded.repository && !isLookedUp) await saveRepository(tx, skill, loaded.repository);
  const version = await selectVersionByDigest(tx, skill.id, digest);
  if (!version) throw new Error('a version that was just written is not there');
  return { version: shapeVersion(version), isNew: !existing };
}

async function writeNew(
  tx: TxContext,
  skill: SkillRow,
  { loaded, metadata, isLookedUp = false }: NewVersion,
): Promise<void> {
  refuseArchived(skill);
  const { bundle, origin } = loaded;
  const id = newId('skillVersion');
  const number = await nextVersionNumber(tx, skill.id);
  const label = metadata.version ?? null;
  await storeVersion(tx, { id, skillId: skill.id, number, label, bundle, origin });
  if (!isLookedUp) await makeLatest(tx, skill, id, bundle);
  const refs = await recordRefs(
    tx,
    { id, skillId: skill.id },
    { label: null, ...namesOf(loaded.repository?.refs, metadata.refs) },
  );
  await recordAudit(tx, {
    action: 'skill.add_version',
    target: { type: 'skill', id: skill.id, name: skill.name },
    change: { versionId: id, number, digest: bundle.digest, refs: { ...refs }, becomesLatest: !isLookedUp },
  });
}

async function makeLatest(tx: TxContext, skill: SkillRow, versionId: string, bundle: Bundle): Promise<void> {
  await pointToVersion(
    tx,
    { id: skill.id, name: skill.name, displayName: skill.display_name, tags: skill.tags },
    { id: versionId, description: bundle.manifest.description, compatibleKinds: kindsTaking(bundle) },
  );
}

/** A version never changes, but may get further names: a label that is not its first is one of them. */
async function nameAgain(
  tx: TxContext,
  skill: SkillRow,
  existing: VersionRow,
  { loaded, metadata, isLookedUp = false }: NewVersion,
): Promise<void> {
  const label = metadata.version ?? null;
  const refs = await recordRefs(
    tx,
    { id: existing.id, skillId: skill.id },
    { label: label === existing.label ? null : label, ...namesOf(loaded.repository?.refs, metadata.refs) },
  );
  // Only what an install looked up is newer than the latest; now somebody wants it in the catalogue.
  const becomesLatest = !isLookedUp && existing.number > skill.number && existing.yank_reason === null;
  if (becomesLatest) await makeLatest(tx, skill, existing.id, loaded.bundle);
  if (refs.added.length + refs.moved.length === 0 && !becomesLatest) return;
  await recordAudit(tx, {
    action: 'skill.move_ref',
    target: { type: 'skill', id: skill.id, name: skill.name },
    change: { versionId: existing.id, number: existing.number, refs: { ...refs }, becomesLatest },
  });
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
    (version) => version.rank === RANKS.label,
  );
  if (!holder || holder.id === existing?.id) return;
  throw new AppError(
    'conflict:skill',
    `The label ${label} of ${skill.name} belongs to version ${holder.number}, which has other content`,
  );
}

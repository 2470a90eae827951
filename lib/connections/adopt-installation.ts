/** Takes a skill that others put into an account under management; nothing changes at the provider. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { ProviderError, type ProviderKind, type RemoteStatus } from '../providers/adapter.ts';
import { adapterFor } from '../providers/registry.ts';
import { holdSkills } from '../skills/lifecycle-store.ts';
import { findSkill } from '../skills/read-skills.ts';
import { resolveRef } from '../skills/refs/resolve-ref.ts';
import type { SkillRow } from '../skills/store.ts';
import { selectVersionByDigest, type VersionRow } from '../skills/versions/version-store.ts';
import { callFor, refuseMutation } from './call.ts';
import { openConnection } from './credentials.ts';
import {
  adoptRow,
  type InstallationRow,
  selectInstallation,
  selectSkillsWithDigest,
} from './installation-store.ts';
import { findConnection, shapeInstallation } from './read-connections.ts';
import type { AdoptInstallation, Installation } from './schema.ts';

const MOST_NAMED = 10;

type Present = Extract<RemoteStatus, { present: true }>;

/** The installation with this id. Throws `not_found:provider`. */
export async function findInstallation(ctx: Context, id: string): Promise<InstallationRow> {
  const row = await selectInstallation(ctx, id);
  if (!row) throw new AppError('not_found:provider', `There is no installation ${id}`);
  return row;
}

/**
 * Throws `conflict:provider` for what is managed, gone, or fits no skill, saying what to do, and
 * `bad_gateway:provider` when the provider cannot be asked.
 */
export async function adoptInstallation(
  ctx: Context,
  id: string,
  input: AdoptInstallation,
): Promise<Installation> {
  requireRole(ctx, 'operator');
  const row = await findInstallation(ctx, id);
  if (row.skill_id !== null) throw refused(`${id} is managed already, as ${row.skill_name}`);
  const remote = await askFor(ctx, row);
  const skill = await findSkill(ctx, input.skill ?? (await onlySkillWith(ctx, remote.digest)));
  const version = await versionOf(ctx, skill, remote, input.ref);
  if (version.digest !== remote.digest) refuseOtherName(skill, remote, row);
  const drift =
    remote.digest === null ? 'unknown' : remote.digest === version.digest ? 'in_sync' : 'modified';
  return await transaction(ctx, async (tx) => {
    await holdSkills(tx, [skill.id]);
    await findSkill(tx, skill.id);
    const isAdopted = await adoptRow(tx, id, {
      skillId: skill.id,
      skillVersionId: version.id,
      externalVersion: remote.externalVersion,
      verifiedDigest: remote.digest,
      drift,
      installedBy: tx.principal.id,
    });
    if (!isAdopted) throw refused(`${id} was changed meanwhile; read it again`);
    await recordAudit(tx, {
      action: 'installation.adopt',
      target: { type: 'installation', id, name: `${skill.name} → ${row.provider_slug}` },
      change: {
        skillId: skill.id,
        versionId: version.id,
        externalId: row.external_id,
        from: 'unmanaged',
        to: drift,
      },
    });
    return shapeInstallation(await findInstallation(tx, id));
  }).catch((error: unknown) => {
    if (!isUniqueViolation(error, 'installations_target_key')) throw error;
    throw refused(
      `${skill.name} is installed in ${row.provider_slug} already; uninstall that one first, or remove this one at the provider`,
    );
  });
}

function refused(detail: string): AppError {
  return new AppError('conflict:provider', detail);
}

async function askFor(ctx: Context, row: InstallationRow): Promise<Present> {
  const connection = await findConnection(ctx, row.provider_id);
  if (connection.status !== 'active')
    throw refused(`${connection.slug} is ${connection.status}; it cannot be asked`);
  const signal = AbortSignal.timeout(ctx.settings.providerTimeoutMs);
  const remote = { externalId: row.external_id, externalVersion: row.external_version };
  try {
    const call = callFor(ctx, connection, signal, refuseMutation);
    const status = await adapterFor(connection.kind).status(openConnection(ctx, connection), remote, call);
    if (status.present) return status;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new AppError(
      'bad_gateway:provider',
      `${connection.slug} did not say what it holds: ${error.failure.message}`,
    );
  }
  throw refused(
    `${row.external_id} is not in ${connection.slug} any more; compare it with POST /api/providers/{provider}/sync`,
  );
}

async function onlySkillWith(ctx: Context, digest: string | null): Promise<string> {
  if (digest === null) throw refused('The provider does not let its content be read; name the `skill` it is');
  const skills = await selectSkillsWithDigest(ctx, digest, MOST_NAMED);
  const [only] = skills;
  if (only && skills.length === 1) return only.id;
  throw refused(
    only
      ? `Several skills have exactly this content: ${skills.map(({ name }) => name).join(', ')}; name the \`skill\` it is`
      : 'No skill has a version with exactly this content; name the `skill` it is to become, or register it first',
  );
}

/** The one with this very content, unless another is named; else the latest. */
async function versionOf(
  ctx: Context,
  skill: SkillRow,
  remote: Present,
  ref: string | undefined,
): Promise<VersionRow> {
  if (ref !== undefined) return await resolveRef(ctx, skill, ref);
  const equal =
    remote.digest === null ? undefined : await selectVersionByDigest(ctx, skill.id, remote.digest);
  return equal ?? (await resolveRef(ctx, skill, 'latest'));
}

/** Installs put a skill where its name says, or under a name that the provider does not let change. */
function refuseOtherName(skill: SkillRow, remote: Present, row: InstallationRow): void {
  const name = row.remote_name ?? remote.name;
  // The kind passed the registry when the connection was made.
  const { there } = adapterFor(row.provider_kind as ProviderKind).capabilities.names;
  if (there === 'derived' || name === null || name === skill.name) return;
  throw refused(`It is named ${name} there, so it cannot become ${skill.name}`);
}

/** Reads connections and what is installed in them. Credentials never come out. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../kernel/cursor.ts';
import { AppError } from '../kernel/errors.ts';
import { withRemedy } from './remedy.ts';
import {
  type InstallationRow,
  selectInstallationPage,
  selectInstallationsNamed,
} from './installation-store.ts';
import { type CheckRow, selectCheckPage } from './check-store.ts';
import { findSkill } from '../skills/read-skills.ts';
import type {
  Connection,
  ConnectionCheck,
  ConnectionFilter,
  Installation,
  InstallationFilter,
} from './schema.ts';
import { type ConnectionRow, selectConnectionPage, selectConnectionsByName } from './store.ts';

/** The connection with this id or slug. Throws `not_found:provider`. */
export async function findConnection(ctx: Context, nameOrId: string): Promise<ConnectionRow> {
  const [row] = await selectConnectionsByName(ctx, [nameOrId]);
  if (!row) throw new AppError('not_found:provider', `There is no provider named ${nameOrId}`);
  return row;
}

export async function getConnection(ctx: Context, nameOrId: string): Promise<Connection> {
  requireRole(ctx, 'viewer');
  return shapeConnection(await findConnection(ctx, nameOrId));
}

/** Those of these ids or slugs that there are. */
export async function findConnections(ctx: Context, names: readonly string[]): Promise<Connection[]> {
  requireRole(ctx, 'viewer');
  return (await selectConnectionsByName(ctx, names)).map(shapeConnection);
}

/** By slug. */
export async function listConnections(
  ctx: Context,
  input: { filter: ConnectionFilter; limit: number; cursor: string | undefined },
): Promise<Page<Connection>> {
  requireRole(ctx, 'viewer');
  const { kind, status } = input.filter;
  const scope = { list: 'providers', ...input.filter };
  const [afterSlug = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectConnectionPage(ctx, { kind, status }, input.limit + 1, afterSlug);
  return pageOf(rows, input.limit, scope, (row) => [row.slug], shapeConnection);
}

/** In the order they were first made. Throws `not_found:skill` and `not_found:provider` for what a filter names. */
export async function listInstallations(
  ctx: Context,
  input: { filter: InstallationFilter; limit: number; cursor: string | undefined },
): Promise<Page<Installation>> {
  requireRole(ctx, 'viewer');
  const { skill, provider, drift } = input.filter;
  const filter = {
    ...(skill !== undefined && { skillId: (await findSkill(ctx, skill)).id }),
    ...(provider !== undefined && { providerId: (await findConnection(ctx, provider)).id }),
    ...(drift !== undefined && { drift }),
  };
  const scope = { list: 'installations', ...filter };
  const [afterId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectInstallationPage(ctx, filter, input.limit + 1, afterId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeInstallation);
}

/** What is installed of these skills in these connections, by their names; an empty list leaves all. */
export async function installationsNamed(
  ctx: Context,
  names: { readonly skills: readonly string[]; readonly providers: readonly string[] },
  limit: number,
): Promise<Installation[]> {
  requireRole(ctx, 'viewer');
  return (await selectInstallationsNamed(ctx, names, limit)).map(shapeInstallation);
}

export function shapeConnection(row: ConnectionRow): Connection {
  return {
    id: row.id,
    slug: row.slug,
    kind: row.kind,
    displayName: row.displayName,
    status: row.status,
    sandbox: row.sandbox,
    connection: {
      checkedAt: row.checkedAt?.toISOString() ?? null,
      latencyMs: row.latencyMs,
      error: row.checkError && { ...row.checkError, message: withRemedy(row.slug, row.checkError) },
    },
    credential:
      row.credential === null
        ? null
        : {
            hint: row.credential.hint,
            fingerprint: row.credential.fingerprint,
            updatedAt: row.credential.updatedAt.toISOString(),
          },
    config: row.config,
    limits: limitsOf(row),
    paused: row.paused === null ? null : { until: row.paused.until.toISOString(), reason: row.paused.reason },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The limits a connection sets for itself; null means the default of the settings. */
export function limitsOf(row: Pick<ConnectionRow, 'config'>): Connection['limits'] {
  const read = (name: string) => {
    const value = row.config[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    maxConcurrent: read('maxConcurrent'),
    requestsPerMinute: read('requestsPerMinute'),
    timeoutMs: read('timeoutMs'),
    maxAttempts: read('maxAttempts'),
  };
}

/** What the checks of a connection said, newest first; kept for 30 days. */
export async function listChecks(
  ctx: Context,
  input: { provider: string; limit: number; cursor: string | undefined },
): Promise<Page<ConnectionCheck>> {
  requireRole(ctx, 'viewer');
  const connection = await findConnection(ctx, input.provider);
  const scope = { list: 'checks', provider: connection.id };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectCheckPage(ctx, connection.id, input.limit + 1, beforeId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeCheck);
}

function shapeCheck(row: CheckRow): ConnectionCheck {
  return {
    id: row.id,
    cause: row.cause,
    checkedAt: row.checked_at.toISOString(),
    latencyMs: row.latency_ms,
    error: row.error,
  };
}

export function shapeInstallation(row: InstallationRow): Installation {
  const { skill_id: skillId, skill_version_id: versionId } = row;
  return {
    id: row.id,
    // Ids and what is joined by them are there together.
    skill: skillId === null ? null : { id: skillId, name: row.skill_name ?? '' },
    provider: { id: row.provider_id, slug: row.provider_slug },
    version:
      versionId === null
        ? null
        : {
            id: versionId,
            number: row.version_number ?? 0,
            label: row.version_label,
            digest: row.version_digest ?? '',
          },
    externalId: row.external_id,
    externalVersion: row.external_version,
    drift: row.is_outdated ? 'outdated' : row.drift,
    unmanaged:
      skillId === null
        ? { name: row.remote_name, displayName: row.remote_display_name, hasOurMark: row.has_mark }
        : null,
    installedBy: row.installed_by,
    installedAt: row.installed_at.toISOString(),
    checkedAt: row.checked_at.toISOString(),
  };
}

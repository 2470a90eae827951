/** The SQL of `providers`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { StoredCheckError } from '../db/stored-values.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import type { ProviderKind } from '../providers/adapter.ts';

export interface ConnectionRow {
  readonly id: string;
  readonly slug: string;
  readonly kind: ProviderKind;
  readonly displayName: string;
  readonly status: 'active' | 'inactive' | 'error';
  readonly sandbox: boolean;
  readonly config: Record<string, unknown>;
  readonly baseUrl: string | null;
  readonly credential: StoredCredential | null;
  readonly checkedAt: Date | null;
  readonly latencyMs: number | null;
  readonly checkError: StoredCheckError | null;
  readonly paused: { readonly until: Date; readonly reason: string } | null;
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface StoredCredential {
  readonly sealed: string;
  readonly hint: string;
  readonly fingerprint: string;
  readonly updatedAt: Date;
}

export interface StoredCheck {
  readonly checkedAt: Date;
  readonly latencyMs: number | null;
  readonly error: StoredCheckError | null;
}

export interface NewConnection {
  readonly id: string;
  readonly slug: string;
  readonly kind: ProviderKind;
  readonly displayName: string;
  readonly status: 'active' | 'error';
  readonly sandbox: boolean;
  readonly config: Record<string, unknown>;
  readonly baseUrl: string | null;
  readonly credential: StoredCredential | null;
  readonly check: StoredCheck;
  readonly createdBy: string;
}

export async function insertConnection(tx: TxContext, connection: NewConnection): Promise<void> {
  await query(tx)
    .insertInto('providers')
    .values({
      id: connection.id,
      slug: connection.slug,
      kind: connection.kind,
      display_name: connection.displayName,
      status: connection.status,
      sandbox: connection.sandbox,
      config: JSON.stringify(connection.config),
      base_url: connection.baseUrl,
      ...credentialColumns(connection.credential),
      ...checkColumns(connection.check),
      created_by: connection.createdBy,
    })
    .execute();
}

export interface ConnectionChange {
  readonly displayName?: string;
  readonly status?: 'active' | 'inactive' | 'error';
  readonly config?: Record<string, unknown>;
  readonly baseUrl?: string | null;
  readonly credential?: StoredCredential | null;
  readonly check?: StoredCheck;
}

/** False when somebody changed the connection since it was read at `revision`. */
export async function updateConnectionRow(
  tx: TxContext,
  id: string,
  revision: number,
  change: ConnectionChange,
): Promise<boolean> {
  const updated = await query(tx)
    .updateTable('providers')
    .set({
      ...(change.displayName !== undefined && { display_name: change.displayName }),
      ...(change.status !== undefined && { status: change.status }),
      ...(change.config !== undefined && { config: JSON.stringify(change.config) }),
      ...(change.baseUrl !== undefined && { base_url: change.baseUrl }),
      ...(change.credential !== undefined && credentialColumns(change.credential)),
      ...(change.check !== undefined && checkColumns(change.check)),
      revision: sql<number>`revision + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** False when the connection is not active any more, or has newer credentials than those of `storedAt`. */
export async function refuseConnectionRow(
  tx: TxContext,
  id: string,
  storedAt: Date | null,
  check: StoredCheck,
): Promise<boolean> {
  const refused = await query(tx)
    .updateTable('providers')
    .set({
      status: 'error',
      ...checkColumns(check),
      revision: sql<number>`revision + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('status', '=', 'active')
    .where('credential_updated_at', storedAt === null ? 'is' : '=', storedAt)
    .executeTakeFirst();
  return refused.numUpdatedRows > 0n;
}

function credentialColumns(credential: StoredCredential | null) {
  return {
    credentials_sealed: credential?.sealed ?? null,
    credential_hint: credential?.hint ?? null,
    credential_fingerprint: credential?.fingerprint ?? null,
    credential_updated_at: credential?.updatedAt ?? null,
  };
}

function checkColumns(check: StoredCheck) {
  return {
    checked_at: check.checkedAt,
    latency_ms: check.latencyMs,
    check_error: check.error === null ? null : JSON.stringify(check.error),
  };
}

/** Connections that are not deleted, with what their gates say now; the base of every read. */
function connections(ctx: Context) {
  return query(ctx)
    .selectFrom('providers')
    .innerJoin('provider_gates as gate', (join) => join.onRef('gate.provider_id', '=', 'providers.id'))
    .selectAll('providers')
    .select([
      sql<Date | null>`case when gate.closed_until > clock_timestamp() then gate.closed_until end`.as(
        'paused_until',
      ),
      'gate.closed_because',
    ])
    .where('deleted_at', 'is', null);
}

/** Connections with one of these ids or slugs. */
export async function selectConnectionsByName(
  ctx: Context,
  names: readonly string[],
): Promise<ConnectionRow[]> {
  if (names.length === 0) return [];
  const rows = await connections(ctx)
    .where((eb) => eb.or([eb('id', 'in', names), eb('slug', 'in', names)]))
    .execute();
  return rows.map(connectionRow);
}

export async function selectConnectionPage(
  ctx: Context,
  filter: { kind: ProviderKind | undefined; status: 'active' | 'inactive' | 'error' | undefined },
  limit: number,
  afterSlug: string | null,
): Promise<ConnectionRow[]> {
  let rows = connections(ctx).orderBy('slug').limit(limit);
  if (afterSlug !== null) rows = rows.where('slug', '>', afterSlug);
  if (filter.kind !== undefined) rows = rows.where('kind', '=', filter.kind);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  return (await rows.execute()).map(connectionRow);
}

/** Those that are sandboxes, deleted ones with them: of each there is one at most. */
export async function selectSandboxes(ctx: Context): Promise<{ slug: string; isDeleted: boolean }[]> {
  const rows = await query(ctx)
    .selectFrom('providers')
    .select(['slug', 'deleted_at'])
    .where('sandbox', '=', true)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ slug: row.slug, isDeleted: row.deleted_at !== null }));
}

/** Whether a real account was ever connected, deleted or not. */
export async function hadAccounts(ctx: Context): Promise<boolean> {
  const rows = query(ctx).selectFrom('providers').select('id').where('sandbox', '=', false).limit(1);
  return (await rows.executeTakeFirst()) !== undefined;
}

function connectionRow(row: {
  id: string;
  slug: string;
  kind: string;
  display_name: string;
  status: 'active' | 'inactive' | 'error';
  sandbox: boolean;
  config: Record<string, unknown>;
  base_url: string | null;
  credentials_sealed: string | null;
  credential_hint: string | null;
  credential_fingerprint: string | null;
  credential_updated_at: Date | null;
  checked_at: Date | null;
  latency_ms: number | null;
  check_error: StoredCheckError | null;
  paused_until: Date | null;
  closed_because: string | null;
  revision: number;
  created_at: Date;
  updated_at: Date;
}): ConnectionRow {
  return {
    id: row.id,
    slug: row.slug,
    // Only kinds of the registry are ever written.
    kind: row.kind as ProviderKind,
    displayName: row.display_name,
    status: row.status,
    sandbox: row.sandbox,
    config: row.config,
    baseUrl: row.base_url,
    credential:
      row.credentials_sealed === null
        ? null
        : {
            sealed: row.credentials_sealed,
            hint: row.credential_hint ?? '',
            fingerprint: row.credential_fingerprint ?? '',
            updatedAt: row.credential_updated_at ?? row.created_at,
          },
    checkedAt: row.checked_at,
    latencyMs: row.latency_ms,
    checkError: row.check_error,
    paused: row.paused_until === null ? null : { until: row.paused_until, reason: row.closed_because ?? '' },
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The SQL of comparing `installations` with what an account holds. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { StoredDrift, StoredDriftCounts } from '../db/sync-tables.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import type { Seen } from './drift.ts';
import { isOutdated } from './installation-store.ts';

/** A row as the comparison needs it; an unmanaged one has no skill. */
export interface InventoryRow {
  readonly id: string;
  readonly skillId: string | null;
  readonly skillName: string | null;
  readonly externalId: string;
  readonly externalVersion: string | null;
  readonly verifiedDigest: string | null;
  readonly drift: StoredDrift;
  readonly digest: string | null;
  readonly remoteName: string | null;
  readonly remoteDisplayName: string | null;
  readonly hasMark: boolean;
  readonly installedAt: Date;
  readonly checkedAt: Date;
}

function inventory(ctx: Context, providerId: string) {
  return query(ctx)
    .selectFrom('installations as row')
    .leftJoin('skills as skill', 'skill.id', 'row.skill_id')
    .leftJoin('skill_versions as version', 'version.id', 'row.skill_version_id')
    .select([
      'row.id',
      'row.skill_id as skillId',
      'skill.name as skillName',
      'row.external_id as externalId',
      'row.external_version as externalVersion',
      'row.verified_digest as verifiedDigest',
      'row.drift',
      'version.digest',
      'row.remote_name as remoteName',
      'row.remote_display_name as remoteDisplayName',
      'row.has_mark as hasMark',
      'row.installed_at as installedAt',
      'row.checked_at as checkedAt',
    ])
    .where('row.provider_id', '=', providerId);
}

/** What is recorded of these objects. */
export async function selectRecorded(
  ctx: Context,
  providerId: string,
  externalIds: readonly string[],
): Promise<InventoryRow[]> {
  if (externalIds.length === 0) return [];
  return await inventory(ctx, providerId).where('row.external_id', 'in', externalIds).execute();
}

export async function selectInventoryBatch(
  ctx: Context,
  providerId: string,
  afterId: string,
  limit: number,
): Promise<InventoryRow[]> {
  return await inventory(ctx, providerId)
    .where('row.id', '>', afterId)
    .orderBy('row.id')
    .limit(limit)
    .execute();
}

/** Names of the skills that runs are at work on there. */
export async function selectNamesAtWork(ctx: Context, providerId: string): Promise<string[]> {
  const rows = await query(ctx)
    .selectFrom('install_runs as run')
    .innerJoin('skills as skill', 'skill.id', 'run.skill_id')
    .select('skill.name')
    .where('run.provider_id', '=', providerId)
    .where('run.status', 'in', ['queued', 'running'])
    .execute();
  return rows.map(({ name }) => name);
}

/** The row as it was read, unless a run is at work on its target or changed it since. */
function untouched(row: InventoryRow) {
  return sql<boolean>`installations.id = ${row.id} and installed_at = ${row.installedAt} and drift = ${row.drift}
    and external_version is not distinct from ${row.externalVersion}::text
    and not exists (select from install_runs run where run.skill_id = installations.skill_id
      and run.provider_id = installations.provider_id and run.status in ('queued', 'running'))`;
}

/** False, with nothing written, when a run is at work on the row or changed it meanwhile. */
export async function updateSeen(ctx: Context, row: InventoryRow, seen: Seen): Promise<boolean> {
  const updated = await query(ctx)
    .updateTable('installations')
    .set({
      drift: seen.drift,
      external_version: seen.externalVersion,
      verified_digest: seen.verifiedDigest,
      checked_at: sql<Date>`now()`,
    })
    .where(untouched(row))
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** They were looked at, and nothing had changed. */
export async function touchRows(ctx: Context, rows: readonly InventoryRow[]): Promise<void> {
  if (rows.length === 0) return;
  await query(ctx)
    .updateTable('installations')
    .set({ checked_at: sql<Date>`now()` })
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
}

export interface FoundSkill {
  readonly externalId: string;
  readonly externalVersion: string | null;
  readonly name: string | null;
  readonly displayName: string | null;
  readonly hasMark: boolean;
  readonly createdAt: Date | null;
}

/** Leaves out what got a record meanwhile. Returns what was inserted. */
export async function insertUnmanaged(
  tx: TxContext,
  providerId: string,
  found: readonly FoundSkill[],
): Promise<{ id: string; externalId: string }[]> {
  if (found.length === 0) return [];
  return await query(tx)
    .insertInto('installations')
    .values(
      found.map((skill) => ({
        id: newId('installation'),
        provider_id: providerId,
        skill_id: null,
        skill_version_id: null,
        external_id: skill.externalId,
        external_version: skill.externalVersion,
        verified_digest: null,
        drift: 'unmanaged' as const,
        installed_by: null,
        remote_name: skill.name,
        remote_display_name: skill.displayName,
        has_mark: skill.hasMark,
        ...(skill.createdAt && { installed_at: skill.createdAt }),
      })),
    )
    .onConflict((conflict) => conflict.columns(['provider_id', 'external_id']).doNothing())
    .returning(['id', 'external_id as externalId'])
    .execute();
}

/** What the provider shows of it now; whose it is does not change. */
export async function describeUnmanaged(ctx: Context, id: string, skill: FoundSkill): Promise<void> {
  await query(ctx)
    .updateTable('installations')
    .set({
      external_version: skill.externalVersion,
      remote_name: skill.name,
      remote_display_name: skill.displayName,
      has_mark: skill.hasMark,
      checked_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('skill_id', 'is', null)
    .execute();
}

export async function deleteUnmanaged(tx: TxContext, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const gone = await query(tx)
    .deleteFrom('installations')
    .where('id', 'in', ids)
    .where('skill_id', 'is', null)
    .returning('id')
    .execute();
  return gone.map(({ id }) => id);
}

export async function countDrifts(ctx: Context, providerId: string): Promise<StoredDriftCounts> {
  const rows = await sql<{ drift: StoredDrift; count: string }>`
    select case when ${isOutdated} then 'outdated' else installation.drift end as drift, count(*) as count
    from installations installation
    left join skills skill on skill.id = installation.skill_id
    left join skill_versions version on version.id = installation.skill_version_id
    left join skill_versions latest on latest.id = skill.latest_version_id
    where installation.provider_id = ${providerId} group by 1`.execute(query(ctx));
  const counts = { in_sync: 0, outdated: 0, modified: 0, missing: 0, unmanaged: 0, unknown: 0 };
  for (const { drift, count } of rows.rows) counts[drift] = Number(count);
  return counts;
}

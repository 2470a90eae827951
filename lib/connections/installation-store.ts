/** The SQL of `installations`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import type { Drift } from './schema.ts';

/** What the provider said holds, but the skill has a newer version by now. */
export const isOutdated = sql<boolean>`(installation.drift = 'in_sync' and latest.number > version.number)`;

export interface InstallationTarget {
  readonly skillId: string;
  readonly providerId: string;
}

export interface NewInstallation extends InstallationTarget {
  readonly id: string;
  readonly skillVersionId: string;
  readonly externalId: string;
  readonly externalVersion: string | null;
  readonly verifiedDigest: string | null;
  readonly drift: 'in_sync' | 'unknown';
  readonly installedBy: string;
}

/** Records what runs left at their providers, in place of what was there before. One row a target. */
export async function upsertInstallations(tx: TxContext, rows: readonly NewInstallation[]): Promise<void> {
  if (rows.length === 0) return;
  await deleteForeign(tx, rows);
  await query(tx)
    .insertInto('installations')
    .values(
      rows.map((row) => ({
        id: row.id,
        provider_id: row.providerId,
        skill_id: row.skillId,
        skill_version_id: row.skillVersionId,
        external_id: row.externalId,
        external_version: row.externalVersion,
        verified_digest: row.verifiedDigest,
        drift: row.drift,
        installed_by: row.installedBy,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['provider_id', 'skill_id']).doUpdateSet((eb) => ({
        skill_version_id: eb.ref('excluded.skill_version_id'),
        external_id: eb.ref('excluded.external_id'),
        external_version: eb.ref('excluded.external_version'),
        verified_digest: eb.ref('excluded.verified_digest'),
        drift: eb.ref('excluded.drift'),
        installed_by: eb.ref('excluded.installed_by'),
        installed_at: sql<Date>`now()`,
        checked_at: sql<Date>`now()`,
      })),
    )
    .execute();
}

/** A comparison may have come upon an object before its run had recorded it. */
async function deleteForeign(tx: TxContext, rows: readonly NewInstallation[]): Promise<void> {
  const found = rows.map(({ providerId, externalId }) => ({ providerId, externalId }));
  await sql`
    delete from installations i
    using jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as f("providerId" text, "externalId" text)
    where i.provider_id = f."providerId" and i.external_id = f."externalId" and i.skill_id is null`.execute(
    query(tx),
  );
}

export async function deleteInstallation(tx: TxContext, target: InstallationTarget): Promise<void> {
  await query(tx)
    .deleteFrom('installations')
    .where('provider_id', '=', target.providerId)
    .where('skill_id', '=', target.skillId)
    .execute();
}

/** Says that nobody knows any more what the provider holds for this target. */
export async function markInstallationUnknown(tx: TxContext, target: InstallationTarget): Promise<void> {
  await query(tx)
    .updateTable('installations')
    .set({ drift: 'unknown', checked_at: sql<Date>`now()` })
    .where('provider_id', '=', target.providerId)
    .where('skill_id', '=', target.skillId)
    .execute();
}

/** Unmanaged ones too, which have no skill. */
function installationsWithNames(ctx: Context) {
  return query(ctx)
    .selectFrom('installations as installation')
    .innerJoin('providers as provider', 'provider.id', 'installation.provider_id')
    .leftJoin('skills as skill', 'skill.id', 'installation.skill_id')
    .leftJoin('skill_versions as version', 'version.id', 'installation.skill_version_id')
    .leftJoin('skill_versions as latest', 'latest.id', 'skill.latest_version_id')
    .selectAll('installation')
    .select([
      'skill.name as skill_name',
      'provider.slug as provider_slug',
      'provider.kind as provider_kind',
      'version.number as version_number',
      'version.label as version_label',
      'version.digest as version_digest',
      isOutdated.as('is_outdated'),
    ]);
}

export type InstallationRow = Awaited<ReturnType<typeof selectInstallationPage>>[number];

export interface InstallationPageFilter {
  readonly providerId?: string;
  readonly skillId?: string;
  readonly drift?: Drift;
}

export async function selectInstallationPage(
  ctx: Context,
  filter: InstallationPageFilter,
  limit: number,
  afterId: string | null,
) {
  let rows = installationsWithNames(ctx);
  if (filter.providerId !== undefined) rows = rows.where('installation.provider_id', '=', filter.providerId);
  if (filter.skillId !== undefined) rows = rows.where('installation.skill_id', '=', filter.skillId);
  if (filter.drift !== undefined) {
    const isStoredInSync = filter.drift === 'in_sync' || filter.drift === 'outdated';
    rows = rows.where('installation.drift', '=', isStoredInSync ? 'in_sync' : filter.drift);
    if (isStoredInSync)
      rows = rows.where(filter.drift === 'outdated' ? isOutdated : sql<boolean>`not ${isOutdated}`);
  }
  if (afterId !== null) rows = rows.where('installation.id', '>', afterId);
  return await rows.orderBy('installation.id').limit(limit).execute();
}

/** By connection and skill. */
export async function selectInstallationsNamed(
  ctx: Context,
  names: { readonly skills: readonly string[]; readonly providers: readonly string[] },
  limit: number,
) {
  let rows = installationsWithNames(ctx).where('installation.skill_id', 'is not', null);
  if (names.skills.length > 0) rows = rows.where('skill.name', 'in', names.skills);
  if (names.providers.length > 0) rows = rows.where('provider.slug', 'in', names.providers);
  return await rows.orderBy('provider.slug').orderBy('skill.name').limit(limit).execute();
}

/** What is recorded for these targets, no more than an adapter needs to go on from it. */
export async function selectPriors(ctx: Context, targets: readonly InstallationTarget[]) {
  const asked = targets.map(({ providerId, skillId }) => ({ providerId, skillId }));
  const found = await sql<InstallationTarget & { externalId: string; externalVersion: string | null }>`
    select i.provider_id as "providerId", i.skill_id as "skillId", i.external_id as "externalId",
      i.external_version as "externalVersion"
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as t("providerId" text, "skillId" text)
    join installations i on i.provider_id = t."providerId" and i.skill_id = t."skillId"
    where i.skill_version_id is not null`.execute(query(ctx));
  return found.rows;
}

/** What is installed of these skills in these connections, with the installed version. */
export async function selectInstallationsOf(
  ctx: Context,
  skillIds: readonly string[],
  providerIds: readonly string[],
) {
  if (skillIds.length === 0 || providerIds.length === 0) return [];
  const rows = await installationsWithNames(ctx)
    .where('installation.skill_id', 'in', skillIds)
    .where('installation.provider_id', 'in', providerIds)
    .execute();
  return rows.flatMap((row) =>
    row.skill_id === null || row.skill_version_id === null
      ? []
      : [
          {
            skillId: row.skill_id,
            providerId: row.provider_id,
            drift: row.drift,
            externalId: row.external_id,
            externalVersion: row.external_version,
            version: {
              id: row.skill_version_id,
              // Every version has a number and a digest.
              number: row.version_number ?? 0,
              label: row.version_label,
              digest: row.version_digest ?? '',
            },
          },
        ],
  );
}
/** With the names it is shown with. */
export async function selectInstallation(ctx: Context, id: string): Promise<InstallationRow | undefined> {
  return await installationsWithNames(ctx).where('installation.id', '=', id).executeTakeFirst();
}

export interface Adoption {
  readonly skillId: string;
  readonly skillVersionId: string;
  readonly externalVersion: string | null;
  readonly verifiedDigest: string | null;
  readonly drift: 'in_sync' | 'modified' | 'unknown';
  readonly installedBy: string;
}

/** False when it is not an unmanaged one any more. */
export async function adoptRow(tx: TxContext, id: string, adoption: Adoption): Promise<boolean> {
  const adopted = await query(tx)
    .updateTable('installations')
    .set({
      skill_id: adoption.skillId,
      skill_version_id: adoption.skillVersionId,
      external_version: adoption.externalVersion,
      verified_digest: adoption.verifiedDigest,
      drift: adoption.drift,
      installed_by: adoption.installedBy,
      installed_at: sql<Date>`now()`,
      checked_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('skill_id', 'is', null)
    .executeTakeFirst();
  return adopted.numUpdatedRows > 0n;
}

/** Skills that have a version with exactly this content; at most so many. */
export async function selectSkillsWithDigest(ctx: Context, digest: string, limit: number) {
  return await query(ctx)
    .selectFrom('skill_versions as version')
    .innerJoin('skills as skill', 'skill.id', 'version.skill_id')
    .select(['skill.id', 'skill.name'])
    .where('version.digest', '=', digest)
    .where('skill.deleted_at', 'is', null)
    .orderBy('skill.name')
    .limit(limit)
    .execute();
}

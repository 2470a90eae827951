/** The SQL that picks runs by skills, connections and ids, where each that is empty means any. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { runsWithNames } from './store.ts';

/** Names or ids; an empty list leaves all. */
export interface RunChoice {
  readonly skills: readonly string[];
  readonly providers: readonly string[];
  /** Of runs or batches. */
  readonly ids: readonly string[];
}

function chosen(ctx: Context, { skills, providers, ids }: RunChoice) {
  let rows = runsWithNames(ctx).orderBy('run.id', 'desc');
  if (skills.length > 0)
    rows = rows.where((eb) => eb.or([eb('skill.name', 'in', skills), eb('skill.id', 'in', skills)]));
  if (providers.length > 0)
    rows = rows.where((eb) =>
      eb.or([eb('provider.slug', 'in', providers), eb('provider.id', 'in', providers)]),
    );
  if (ids.length > 0)
    rows = rows.where((eb) =>
      eb.or([
        eb('run.id', 'in', ids),
        eb('run.id', 'in', eb.selectFrom('batch_runs').select('run_id').where('batch_id', 'in', ids)),
      ]),
    );
  return rows;
}

/** Newest first. */
export async function selectNewestRuns(ctx: Context, choice: RunChoice, limit: number) {
  return await chosen(ctx, choice).limit(limit).execute();
}

/** Runs that have not ended, newest first. */
export async function selectRunsAtWork(ctx: Context, choice: RunChoice, limit: number) {
  return await chosen(ctx, choice).where('run.status', 'in', ['queued', 'running']).limit(limit).execute();
}

/** The last run of each target, where it failed; newest first. */
export async function selectLastFailures(ctx: Context, choice: RunChoice, limit: number) {
  return await chosen(ctx, choice)
    .where('run.status', 'in', ['failed', 'partial_failed'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('install_runs as newer')
            .select('newer.id')
            .whereRef('newer.skill_id', '=', 'run.skill_id')
            .whereRef('newer.provider_id', '=', 'run.provider_id')
            .whereRef('newer.id', '>', 'run.id'),
        ),
      ),
    )
    .where('skill.deleted_at', 'is', null)
    .where('provider.deleted_at', 'is', null)
    .limit(limit)
    .execute();
}

/** Per target the version that was installed there with success before the one that is there now. */
export async function selectPreviousVersions(
  ctx: Context,
  skillIds: readonly string[],
  providerIds: readonly string[],
) {
  const found = await sql<{ skillId: string; providerId: string; versionId: string }>`
    select skill.id as "skillId", provider.id as "providerId", before.skill_version_id as "versionId"
    from skills skill
    cross join providers provider
    join installations installed on installed.skill_id = skill.id and installed.provider_id = provider.id
    join lateral (
      select run.skill_version_id
      from install_runs run
      where run.skill_id = skill.id and run.provider_id = provider.id
        and run.action = 'install' and run.status = 'success'
        and run.skill_version_id is distinct from installed.skill_version_id
      order by run.id desc
      limit 1
    ) before on true
    where skill.id = any(${[...skillIds]}::text[]) and provider.id = any(${[...providerIds]}::text[])`.execute(
    query(ctx),
  );
  return found.rows;
}

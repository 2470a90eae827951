/** The SQL of `provider_checks`: what each check of a connection said. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import type { StoredCheck } from './store.ts';

/** Why a connection was checked. `run`: it was not, but a run was refused for its credentials. */
export type CheckCause = 'create' | 'change' | 'demand' | 'schedule' | 'run';

export async function insertCheck(
  tx: TxContext,
  providerId: string,
  cause: CheckCause,
  check: StoredCheck,
): Promise<void> {
  await query(tx)
    .insertInto('provider_checks')
    .values({
      id: newId('providerCheck'),
      provider_id: providerId,
      cause,
      checked_at: check.checkedAt,
      latency_ms: check.latencyMs,
      error: check.error === null ? null : JSON.stringify(check.error),
    })
    .execute();
}

export type CheckRow = Awaited<ReturnType<typeof selectCheckPage>>[number];

/** Newest first; `beforeId` is the last id of the page before. */
export async function selectCheckPage(
  ctx: Context,
  providerId: string,
  limit: number,
  beforeId: string | null,
) {
  let rows = query(ctx).selectFrom('provider_checks').selectAll().where('provider_id', '=', providerId);
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.orderBy('id', 'desc').limit(limit).execute();
}

/** Forgets checks older than that. Returns how many. */
export async function deleteChecks(ctx: Context, olderThanMs: number): Promise<number> {
  const deleted = await query(ctx)
    .deleteFrom('provider_checks')
    .where(
      'checked_at',
      '<',
      sql<Date>`now() - make_interval(secs => ${olderThanMs / 1000}::double precision)`,
    )
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

/** The SQL of a connection's end, and of what keeps it from ending. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { TxContext } from '../kernel/context.ts';

/**
 * Keeps these connections from being deleted until the transaction ends; what else changes them need not wait. In one
 * order, so that requests for the same connections wait for each other and not in a circle.
 */
export async function holdConnections(tx: TxContext, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await query(tx)
    .selectFrom('providers')
    .select('id')
    .where((eb) => eb.or([eb('id', 'in', names), eb('slug', 'in', names)]))
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forKeyShare()
    .execute();
}

/** Waits for whoever holds or changes the connection. What is read afterwards is what they left. */
export async function lockConnection(tx: TxContext, id: string): Promise<void> {
  await query(tx).selectFrom('providers').select('id').where('id', '=', id).forUpdate().execute();
}

/** Ids of runs still at work there. */
export async function selectActiveRunIdsAt(
  tx: TxContext,
  providerId: string,
  limit: number,
): Promise<string[]> {
  // Each of the two has an index of its own; together they would be looked for among all runs there ever were.
  const found = await sql<{ id: string }>`
    (select id from install_runs where provider_id = ${providerId} and status = 'running' limit ${limit})
    union all
    (select id from install_runs where provider_id = ${providerId} and status = 'queued' limit ${limit})
    limit ${limit}`.execute(query(tx));
  return found.rows.map(({ id }) => id).toSorted();
}

/** Names of the skills that are installed there. */
export async function selectHeldSkills(tx: TxContext, providerId: string, limit: number): Promise<string[]> {
  const rows = await query(tx)
    .selectFrom('installations')
    .innerJoin('skills', 'skills.id', 'installations.skill_id')
    .select('skills.name')
    .where('installations.provider_id', '=', providerId)
    .orderBy('installations.skill_id')
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name).toSorted();
}

/** Returns how many were forgotten. The provider is not asked. */
export async function forgetInstallations(tx: TxContext, providerId: string): Promise<number> {
  const deleted = await query(tx)
    .deleteFrom('installations')
    .where('provider_id', '=', providerId)
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
}

/** Nothing finds the connection any more, and its credentials are gone; its checks are pruned in their time. */
export async function markConnectionDeleted(tx: TxContext, id: string): Promise<void> {
  await query(tx)
    .updateTable('providers')
    .set({
      deleted_at: sql<Date>`now()`,
      status: 'inactive',
      credentials_sealed: null,
      credential_hint: null,
      credential_fingerprint: null,
      credential_updated_at: null,
      revision: sql<number>`revision + 1`,
    })
    .where('id', '=', id)
    .execute();
  await query(tx).deleteFrom('provider_gates').where('provider_id', '=', id).execute();
  await query(tx).deleteFrom('provider_syncs').where('provider_id', '=', id).execute();
}

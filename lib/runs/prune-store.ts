/** The SQL of forgetting runs and their events. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { firstIdAt } from '../kernel/ids.ts';

export interface OldBatches {
  /** The last one that was looked at; null at the end. */
  readonly lastId: string | null;
  /** Those of which nothing is needed any more. */
  readonly ids: readonly string[];
}

/**
 * Batches made and finished before then, in the order of their ids. One is needed while a run of it is what is installed
 * now, may still have an effect nobody knows of, or was done again by a run that is kept.
 */
export async function selectOldBatches(
  tx: TxContext,
  before: Date,
  { afterId, limit }: { readonly afterId: string; readonly limit: number },
): Promise<OldBatches> {
  const found = await sql<{ id: string; needed: boolean }>`
    select b.id, exists (
      select from (
        select run_id as id from batch_runs where batch_id = b.id
        union select id from install_runs where batch_id = b.id) m
      join install_runs r on r.id = m.id
      where r.finished_at is null or r.finished_at >= ${before}
        or exists (select from installations i where i.installed_by = r.id)
        or exists (select from provider_intents n where n.run_id = r.id and n.settled_at is null)
        or exists (select from install_runs again where again.retry_of = r.id)
        or exists (select from batch_runs o join install_batches ob on ob.id = o.batch_id
          where o.run_id = r.id and ob.created_at >= ${before})) as needed
    from install_batches b
    where b.id > ${afterId} and b.id < ${firstIdAt('batch', before.getTime())} and b.created_at < ${before}
    order by b.id limit ${limit}`.execute(query(tx));
  const ids = found.rows.flatMap(({ id, needed }) => (needed ? [] : [id]));
  return { lastId: found.rows.at(-1)?.id ?? null, ids };
}

/** With their runs, the events and intents of those, and their places in other batches. Returns how many runs went. */
export async function deleteBatches(tx: TxContext, batchIds: readonly string[]): Promise<number> {
  if (batchIds.length === 0) return 0;
  const db = query(tx);
  const batches = [...batchIds];
  const runs = await db.selectFrom('install_runs').select('id').where('batch_id', 'in', batches).execute();
  const runIds = runs.map(({ id }) => id);
  await db.updateTable('chat_actions').set({ batch_id: null }).where('batch_id', 'in', batches).execute();
  await db.deleteFrom('batch_runs').where('batch_id', 'in', batches).execute();
  if (runIds.length > 0) {
    await db.deleteFrom('batch_runs').where('run_id', 'in', runIds).execute();
    await db.deleteFrom('run_events').where('run_id', 'in', runIds).execute();
    await db.deleteFrom('provider_intents').where('run_id', 'in', runIds).execute();
    await db.deleteFrom('install_runs').where('id', 'in', runIds).execute();
  }
  await db.deleteFrom('install_batches').where('id', 'in', batches).execute();
  return runIds.length;
}

/** Of finished runs, the oldest first. Returns how many went. */
export async function deleteEvents(ctx: Context, before: Date, limit: number): Promise<number> {
  const deleted = await sql`
    delete from run_events where position in (
      select e.position from run_events e
      where e.created_at < ${before}
        and exists (select from install_runs r where r.id = e.run_id and r.finished_at < ${before})
      order by e.position limit ${limit})`.execute(query(ctx));
  return Number(deleted.numAffectedRows ?? 0);
}

/** The SQL of retention. */
import { TILE_WIDTH } from './merkle.ts';
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { TxContext } from '../kernel/context.ts';

/**
 * Whole tiles below the newest checkpoint that was signed before then; how many records may go. Never all there are:
 * the chain goes on from its last seal.
 */
export async function selectPrunable(tx: TxContext, before: Date): Promise<number> {
  const row = await query(tx)
    .selectFrom('audit_checkpoints')
    .select((eb) => eb.fn.max('size').as('size'))
    .where('created_at', '<', before)
    .executeTakeFirst();
  return Math.floor(Math.max(0, (row?.size ?? 0) - 1) / TILE_WIDTH) * TILE_WIDTH;
}

/** At most `limit` of the records up to `through`, with their seals; the last seal that is gone now, null for none. */
export async function deleteSealed(tx: TxContext, through: number, limit: number): Promise<number | null> {
  await sql`set local skillconvoy.prunes_audit = 'on'`.execute(query(tx));
  const answer = await sql<{ last: number | null }>`
    with gone as (
      delete from audit_seals
      where seq in (select seq from audit_seals where seq <= ${through} order by seq limit ${limit})
      returning seq, audit_id),
    logs as (delete from audit_logs where id in (select audit_id from gone))
    select max(seq) as last from gone`.execute(query(tx));
  return answer.rows[0]?.last ?? null;
}

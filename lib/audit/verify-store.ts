/** The SQL of verification: the whole log in the order of its chain, and what lies beside it. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import type { StoredCheckpoint } from './seal-store.ts';

/** Seals with their records, in the order of the chain; a record that is gone leaves its columns null. */
export async function selectSealed(ctx: Context, afterSeq: number, limit: number) {
  return await query(ctx)
    .selectFrom('audit_seals')
    .leftJoin('audit_logs', 'audit_logs.id', 'audit_seals.audit_id')
    .select(['seq', 'audit_id', 'leaf', 'hash'])
    .selectAll('audit_logs')
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
}
export type SealedRow = Awaited<ReturnType<typeof selectSealed>>[number];

export async function selectFirstSeq(ctx: Context): Promise<number | null> {
  const row = await query(ctx)
    .selectFrom('audit_seals')
    .select((eb) => eb.fn.min('seq').as('seq'))
    .executeTakeFirst();
  return row?.seq ?? null;
}

export async function selectCheckpoints(ctx: Context): Promise<StoredCheckpoint[]> {
  const rows = await query(ctx).selectFrom('audit_checkpoints').selectAll().orderBy('size').execute();
  return rows.map((row) => ({ size: row.size, note: row.note, createdAt: row.created_at }));
}

export interface Strays {
  /** A record that neither has a seal nor waits for one. */
  readonly unchained: string | null;
  /** A record that waited for its seal and is gone. */
  readonly vanished: string | null;
  readonly waiting: number;
}

export async function selectStrays(ctx: Context): Promise<Strays> {
  const answer = await sql<{ unchained: string | null; vanished: string | null; waiting: number }>`
    select
      (select min(id) from audit_logs l
        where not exists (select from audit_seals s where s.audit_id = l.id)
          and not exists (select from audit_unsealed u where u.audit_id = l.id)) as unchained,
      (select min(audit_id) from audit_unsealed u
        where not exists (select from audit_logs l where l.id = u.audit_id)) as vanished,
      (select count(*) from audit_unsealed) as waiting`.execute(query(ctx));
  return answer.rows[0] ?? { unchained: null, vanished: null, waiting: 0 };
}

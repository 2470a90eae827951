/** The SQL of verification: the whole log in the order of its chain, and what lies beside it. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import type { StoredCheckpoint } from './seal-store.ts';

/** Many rows as one value, which costs far less on the way than the rows themselves. */
export interface SealedPage {
  readonly count: number;
  /** Of the last one; null when there is none. */
  readonly lastSeq: number | null;
  /** JSON that `readPage` reads. */
  readonly text: string;
}

/** Seals with their records, in the order of the chain; a record that is gone leaves its columns null. */
export async function selectSealedPage(ctx: Context, afterSeq: number, limit: number): Promise<SealedPage> {
  // Column by column: the types are looked up once a page instead of once a value.
  const { rows } = await sql<SealedPage>`
    select count(*)::integer as count, max(seq) as "lastSeq", json_build_array(
      array_agg(seq), array_agg(audit_id), encode(string_agg(leaf || hash, ''), 'hex'), array_agg(id),
      array_agg(to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), array_agg(actor::text),
      array_agg(source), array_agg(action), array_agg(target_type), array_agg(target_id), array_agg(target_name),
      array_agg(outcome), array_agg(code), array_agg(change), array_agg(run), array_agg(request_id),
      array_agg(note))::text as text
    from (
      select * from audit_seals left join audit_logs on audit_logs.id = audit_seals.audit_id
      where seq > ${afterSeq} order by seq limit ${limit}) page`.execute(query(ctx));
  const [page] = rows;
  if (!page) throw new Error('an aggregate gave no row');
  return page;
}

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

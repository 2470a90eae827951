/** The SQL of sealed columns, whichever table they are in. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import type { SealedColumn } from './sealed-columns.ts';

/** The key that a value is sealed with. The same expression is indexed. */
function keyIdOf(column: SealedColumn) {
  return sql`(split_part(${sql.ref(column.sealed)}, '.', 2) collate "C")`;
}

/** Ids of the keys that values of the column are sealed with; hops through the index from one to the next. */
export async function selectKeyIds(ctx: Context, column: SealedColumn): Promise<string[]> {
  const table = sql.table(column.table);
  const sealed = sql.ref(column.sealed);
  const keyId = keyIdOf(column);
  const found = await sql<{ key_id: string }>`
    with recursive used (key_id) as (
      (select ${keyId} from ${table} where ${sealed} is not null order by ${keyId} limit 1)
      union all
      select (select ${keyId} from ${table}
              where ${sealed} is not null and ${keyId} > used.key_id order by ${keyId} limit 1)
      from used where used.key_id is not null
    )
    select key_id from used where key_id is not null`.execute(query(ctx));
  return found.rows.map((row) => row.key_id);
}

export interface SealedRow {
  readonly id: string;
  readonly sealed: string;
  readonly address: string | null;
}

/** By id, beginning after `afterId`. */
export async function selectSealedRows(
  ctx: Context,
  column: SealedColumn,
  keyId: string,
  page: { readonly afterId: string; readonly limit: number },
): Promise<SealedRow[]> {
  const id = sql.ref(column.id);
  const sealed = sql.ref(column.sealed);
  const found = await sql<SealedRow>`
    select ${id} as id, ${sealed} as sealed,
      ${column.address === null ? sql`null::text` : sql.ref(column.address)} as address
    from ${sql.table(column.table)}
    where ${sealed} is not null and ${keyIdOf(column)} = ${keyId} and ${id} > ${page.afterId}
    order by ${id} limit ${page.limit}`.execute(query(ctx));
  return found.rows;
}

export interface Resealed {
  readonly id: string;
  /** What must still be there for the new value to take its place. */
  readonly before: string;
  readonly sealed: string;
  readonly fingerprint: string;
}

/** Returns how many were replaced: what somebody changed meanwhile is left alone. */
export async function replaceSealed(
  tx: TxContext,
  column: SealedColumn,
  resealed: readonly Resealed[],
): Promise<number> {
  const table = sql.table(column.table);
  const id = sql.ref(column.id);
  const ids = resealed.map((row) => row.id);
  // In one order, so that processes at the same rows wait for each other and not in a circle.
  await sql`select from ${table} where ${id} = any(${ids}::text[]) order by ${id} for no key update`.execute(
    query(tx),
  );
  const fingerprint =
    column.fingerprint === null ? sql`` : sql`, ${sql.ref(column.fingerprint)} = changed.fingerprint`;
  const replaced = await sql`
    update ${table} as stored set ${sql.ref(column.sealed)} = changed.sealed ${fingerprint}
    from jsonb_to_recordset(${JSON.stringify(resealed)}::jsonb)
      as changed (id text, before text, sealed text, fingerprint text)
    where stored.${id} = changed.id and stored.${sql.ref(column.sealed)} = changed.before`.execute(query(tx));
  return Number(replaced.numAffectedRows ?? 0n);
}

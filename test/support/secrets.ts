/** Where a secret may have got to, and how it may look there. */
import { sql } from 'kysely';
import { query } from '../../lib/db/database.ts';
import type { Context } from '../../lib/kernel/context.ts';

/** Each row of each table, those of the job engine included, as text. */
export async function everythingStored(ctx: Context): Promise<string[]> {
  const db = query(ctx);
  const tables = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const rows = await Promise.all(
    tables.rows.map(async ({ schema, name }) => {
      const found = await sql<{ text: string }>`
        select t::text as text from ${sql.id(schema, name)} as t`.execute(db);
      return found.rows.map(({ text }) => text);
    }),
  );
  return rows.flat();
}

/** The secret itself and the ways in which it may lie inside other text. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, encodeURIComponent(secret), bytes.toString('hex'), ...base64FormsOf(bytes)];
}

/** Base64 of the secret anywhere in a longer text: three alignments, without the letters shared with neighbours. */
function base64FormsOf(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    const own = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.byteLength) * 8) / 6));
    return [own, own.replaceAll('-', '+').replaceAll('_', '/')];
  });
}

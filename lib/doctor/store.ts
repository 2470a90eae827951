/** The SQL of the doctor: what the database is, what it allows, and what time it has. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';

export interface DatabaseFacts {
  /** Such as 150018. */
  readonly version: number;
  readonly shown: string;
  /** Whether tables, the extension pg_trgm and the schema of the job engine could be made here. */
  readonly mayCreate: boolean;
}

export async function selectDatabaseFacts(ctx: Context): Promise<DatabaseFacts> {
  const { rows } = await sql<DatabaseFacts>`
    select current_setting('server_version_num')::integer as version,
      current_setting('server_version') as shown,
      has_database_privilege(current_database(), 'create')
        and coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreate"`.execute(
    query(ctx),
  );
  const [facts] = rows;
  if (!facts) throw new Error('a select without a table has no row');
  return facts;
}

/** The database's clock, in Unix milliseconds. */
export async function selectTime(ctx: Context): Promise<number> {
  const { rows } = await sql<{ now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::double precision as now`.execute(query(ctx));
  return rows[0]?.now ?? Number.NaN;
}

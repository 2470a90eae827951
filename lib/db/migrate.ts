/** Applies `migrations/NNNN_name.sql` in order, each once, however many processes start at the same time. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from './engine.ts';
import type { Tables } from './tables.ts';

const MIGRATIONS_FOLDER = new URL('../../migrations/', import.meta.url);
/** Any number will do, as long as every process takes the same one. */
const LOCK_KEY = 5_105_921_737;

export interface Migration {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/** The database and this version of the program do not fit together; `message` says how. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Brings the database up to this version, or throws MigrationError when it was made by another one. */
export async function migrate(database: Database, folder = MIGRATIONS_FOLDER): Promise<void> {
  const migrations = await readMigrations(folder);
  if (pendingOf(migrations, await readApplied(database.kysely)).length === 0) return;
  for (const migration of migrations) {
    await database.kysely.transaction().execute(async (tx) => {
      await takeTurn(tx);
      const pending = pendingOf(migrations, await readApplied(tx));
      if (pending.includes(migration)) await apply(tx, migration);
    });
  }
}

export async function isMigrated(database: Database, folder = MIGRATIONS_FOLDER): Promise<boolean> {
  return (await pendingMigrations(database, folder)).pending.length === 0;
}

/** How many are applied, and the names of those that are not. Throws MigrationError as `migrate` does. */
export async function pendingMigrations(
  database: Database,
  folder = MIGRATIONS_FOLDER,
): Promise<{ readonly applied: number; readonly pending: readonly string[] }> {
  const applied = await readApplied(database.kysely);
  const pending = pendingOf(await readMigrations(folder), applied);
  return { applied: applied.size, pending: pending.map(({ name }) => name) };
}

export async function readMigrations(folder: URL = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/** Migrations still to be applied. Those that were applied must be known here, and unchanged. */
function pendingOf(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): readonly Migration[] {
  for (const [name, checksum] of applied) {
    const known = migrations.find((migration) => migration.name === name);
    if (known === undefined) {
      throw new MigrationError(
        `The database holds migration ${name}, which this version does not know: a newer version has been ` +
          'running on it. Start that version or a later one.',
      );
    }
    if (known.checksum !== checksum) {
      throw new MigrationError(
        `Migration ${name} was changed after it had been applied to this database. Restore the file; ` +
          'a change of the schema is a new migration.',
      );
    }
  }
  return migrations.filter(({ name }) => !applied.has(name));
}

/** Waits, however long the others take: a migration may run longer than any request is allowed to. */
async function takeTurn(tx: Kysely<Tables>): Promise<void> {
  await sql`set local lock_timeout = 0; set local statement_timeout = 0`.execute(tx);
  await sql`select pg_advisory_xact_lock(${sql.lit(LOCK_KEY)})`.execute(tx);
  // Also makes this session hear of tables that others made while it waited; an advisory lock alone does not.
  await sql`
    create table if not exists migrations (
      name text primary key,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`.execute(tx);
}

async function apply(tx: Kysely<Tables>, migration: Migration): Promise<void> {
  try {
    await sql.raw(migration.text).execute(tx);
  } catch (error) {
    throw new MigrationError(`Migration ${migration.name} failed and was undone.`, { cause: error });
  }
  await sql`insert into migrations (name, checksum) values (${migration.name}, ${migration.checksum})`.execute(
    tx,
  );
}

async function readApplied(kysely: Kysely<Tables>): Promise<ReadonlyMap<string, string>> {
  const { rows: tables } = await sql<{ exists: boolean }>`
    select to_regclass('migrations') is not null as exists`.execute(kysely);
  if (tables[0]?.exists !== true) return new Map();
  const { rows } = await sql<{ name: string; checksum: string }>`
    select name, checksum from migrations`.execute(kysely);
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

/** The databases that are measured: the embedded one in a folder, and a PostgreSQL server of our own, both durable. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { escapeIdentifier } from 'pg';
import { type Database, openDatabase } from '../lib/db/database.ts';
import { migrate } from '../lib/db/migrate.ts';
import { findPostgres, startPostgresCluster } from '../test/support/postgres-cluster.ts';
import { onServer, silentLog, uniqueName, urlOf } from '../test/support/templates.ts';

/** Unlike the test server this one waits for the disk, as PostgreSQL does by itself. */
const POSTGRES_SETTINGS = [
  'fsync=on',
  'synchronous_commit=on',
  'max_connections=100',
  'shared_buffers=128MB',
];

export interface Engine {
  readonly name: 'PGlite' | 'PostgreSQL';
  readonly version: string;
  /** Where a new database may be made; nothing is there yet but an empty one. */
  place(): Promise<Place>;
}

export interface Place {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  remove(): Promise<void>;
}

export interface Engines {
  readonly list: readonly Engine[];
  /** Why PostgreSQL is not among them; null when it is. */
  readonly missing: string | null;
  stop(): Promise<void>;
}

export async function startEngines(): Promise<Engines> {
  const embedded = await pgliteEngine();
  const binaries = findPostgres();
  if (binaries === null) {
    const missing = 'PostgreSQL is skipped: no initdb and postgres on this machine.';
    return { list: [embedded], missing, stop: () => Promise.resolve() };
  }
  const cluster = await startPostgresCluster(binaries, POSTGRES_SETTINGS);
  const list = [embedded, await postgresEngine(cluster.url)];
  return { list, missing: null, stop: () => cluster.stop() };
}

/** A new database in a new place, migrated. */
export async function openNew(engine: Engine): Promise<{ db: Database; remove: () => Promise<void> }> {
  const place = await engine.place();
  const db = await openDatabase(place, silentLog);
  await migrate(db);
  return {
    db,
    async remove() {
      await db.close();
      await place.remove();
    },
  };
}

async function pgliteEngine(): Promise<Engine> {
  const manifest = join(import.meta.dirname, '../node_modules/@electric-sql/pglite/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const engine: Engine = {
    name: 'PGlite',
    version,
    place() {
      const dataDir = mkdtempSync(join(tmpdir(), 'skillconvoy-bench-'));
      const remove = async (): Promise<void> => rmSync(dataDir, { recursive: true, force: true });
      return Promise.resolve({ dataDir, databaseUrl: null, remove });
    },
  };
  const { db, remove } = await openNew(engine);
  const shown = await sql<{ server_version: string }>`show server_version`.execute(db.kysely);
  await remove();
  return {
    ...engine,
    version: `${version} (PostgreSQL ${shown.rows[0]?.server_version}), in a folder, fsync on`,
  };
}

async function postgresEngine(serverUrl: string): Promise<Engine> {
  const version = await onServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  });
  return {
    name: 'PostgreSQL',
    version: `${version}, on this machine over TCP, fsync on`,
    async place() {
      const name = uniqueName('bench');
      const dataDir = mkdtempSync(join(tmpdir(), 'skillconvoy-bench-'));
      await onServer(serverUrl, (client) => client.query(`create database ${escapeIdentifier(name)}`));
      return {
        dataDir,
        databaseUrl: urlOf(serverUrl, name),
        async remove() {
          rmSync(dataDir, { recursive: true, force: true });
          await onServer(serverUrl, (client) =>
            client.query(`drop database ${escapeIdentifier(name)} with (force)`),
          );
        },
      };
    },
  };
}

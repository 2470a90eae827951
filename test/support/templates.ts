/** Migrated databases to clone test databases from, made once for all tests of a run. */
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { Client, escapeIdentifier } from 'pg';
import { databaseOn } from '../../lib/db/embedded.ts';
import { engineOf, startInMemory } from '../../lib/db/embedded-engine.ts';
import { migrate } from '../../lib/db/migrate.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { createLog } from '../../lib/kernel/log.ts';
import { findPostgres, startPostgresCluster } from './postgres-cluster.ts';

/** How `test/run.ts` tells the test processes what it has prepared. */
export const VARIABLES = {
  serverUrl: 'TEST_DATABASE_URL',
  postgresTemplate: 'TEST_POSTGRES_TEMPLATE',
  pgliteTemplate: 'TEST_PGLITE_TEMPLATE',
  postgresMissing: 'TEST_POSTGRES_MISSING',
} as const;

export const silentLog = createLog('silent');

/** Why the tests on PostgreSQL cannot run here, or null when they can. */
export function whyNoPostgres(): string | null {
  const told = process.env[VARIABLES.postgresMissing];
  if (told !== undefined) return told;
  if (process.env[VARIABLES.serverUrl] !== undefined || findPostgres() !== null) return null;
  return 'no initdb and postgres on this machine, and no TEST_DATABASE_URL';
}

export interface PostgresTemplate {
  readonly serverUrl: string;
  /** The database to clone. */
  readonly name: string;
}

let postgresTemplate: Promise<PostgresTemplate> | null = null;
let pgliteTemplate: Promise<Blob> | null = null;

/** What the run has prepared, or, for a test file started by itself, one made for this process. */
export function templateOnPostgres(): Promise<PostgresTemplate> {
  postgresTemplate ??= findOrMakePostgresTemplate();
  return postgresTemplate;
}

export function templateOnPGlite(): Promise<Blob> {
  const path = process.env[VARIABLES.pgliteTemplate];
  pgliteTemplate ??= path === undefined ? makePGliteTemplate() : openAsBlob(path);
  return pgliteTemplate;
}

async function findOrMakePostgresTemplate(): Promise<PostgresTemplate> {
  const serverUrl = process.env[VARIABLES.serverUrl];
  const name = process.env[VARIABLES.postgresTemplate];
  if (serverUrl !== undefined && name !== undefined) return { serverUrl, name };
  const url = serverUrl ?? (await startPostgresCluster(findPostgres() ?? '')).url;
  return await makePostgresTemplate(url);
}

export async function makePostgresTemplate(serverUrl: string): Promise<PostgresTemplate> {
  const name = uniqueName('template');
  await onServer(serverUrl, (client) => client.query(`create database ${escapeIdentifier(name)}`));
  const database = openPostgres(urlOf(serverUrl, name), silentLog);
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
  return { serverUrl, name };
}

export async function makePGliteTemplate(): Promise<Blob> {
  const pglite = await startInMemory();
  const database = databaseOn(engineOf(pglite));
  await migrate(database);
  const dump = await pglite.dumpDataDir('none');
  await database.close();
  return dump;
}

export async function onServer<T>(serverUrl: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

export function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export function uniqueName(kind: string): string {
  return `skillconvoy_${kind}_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

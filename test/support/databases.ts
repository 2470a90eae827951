/** Fresh databases for tests on both engines, each a clone of a migrated template. */
import assert from 'node:assert/strict';
import { after, describe } from 'node:test';
import { escapeIdentifier } from 'pg';
import type { Database } from '../../lib/db/database.ts';
import { openInMemory } from '../../lib/db/embedded.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import {
  onServer,
  silentLog,
  templateOnPGlite,
  templateOnPostgres,
  uniqueName,
  urlOf,
  whyNoPostgres,
} from './templates.ts';
import { until } from './until.ts';

export const ENGINES = ['pglite', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

export interface TestDatabase extends Database {
  /** For opening it once more, as another process would; null on PGlite, which cannot be. */
  readonly url: string | null;
}

export type OpenTestDatabase = () => Promise<TestDatabase>;

/** One suite an engine; `open` makes a fresh database, closed at the end of the suite if not before. */
export function describeEachEngine(
  name: string,
  define: (open: OpenTestDatabase, engine: Engine) => void,
): void {
  for (const engine of ENGINES) {
    describe(`${name} (${engine})`, { skip: skipReason(engine) }, () => {
      const opened: TestDatabase[] = [];
      after(() => closeAll(opened));
      define(async () => {
        const database = await openTestDatabase(engine);
        opened.push(database);
        return database;
      }, engine);
    });
  }
}

/** For the `skip` of a test or suite that needs this engine. */
export function skipReason(engine: Engine): string | false {
  const reason = engine === 'postgres' ? whyNoPostgres() : null;
  return reason === null ? false : `PostgreSQL: ${reason}`;
}

/** A fresh, migrated database. Whoever calls this closes it; a forgotten one fails the test file. */
export async function openTestDatabase(engine: Engine): Promise<TestDatabase> {
  const database = engine === 'pglite' ? await cloneOnPGlite() : await cloneOnPostgres();
  stillOpen.add(database);
  return database;
}

/** An empty database on the test server, for tests of what happens before the migrations. */
export async function createEmptyPostgres(): Promise<{ url: string; drop: () => Promise<void> }> {
  const { serverUrl } = await templateOnPostgres();
  return await createOnServer(serverUrl, 'template0');
}

const stillOpen = new Set<TestDatabase>();

after(async () => {
  const forgotten = [...stillOpen];
  await closeAll(forgotten);
  assert.equal(forgotten.length, 0, 'every database that a test opens is closed by it');
});

async function closeAll(databases: readonly TestDatabase[]): Promise<void> {
  for (const database of databases) if (stillOpen.has(database)) await database.close();
}

async function cloneOnPGlite(): Promise<TestDatabase> {
  return closingOnce(await openInMemory(await templateOnPGlite()), null, () => Promise.resolve());
}

async function cloneOnPostgres(): Promise<TestDatabase> {
  const template = await templateOnPostgres();
  const { url, drop } = await createOnServer(template.serverUrl, template.name);
  return closingOnce(openPostgres(url, silentLog), url, drop);
}

function closingOnce(database: Database, url: string | null, afterwards: () => Promise<void>): TestDatabase {
  let closing: Promise<void> | null = null;
  const test: TestDatabase = {
    ...database,
    url,
    close() {
      stillOpen.delete(test);
      closing ??= database.close().then(afterwards);
      return closing;
    },
  };
  return test;
}

async function createOnServer(serverUrl: string, template: string) {
  const name = uniqueName('test');
  // Two clones at once from one template refuse each other now and then.
  await until(`${name} is created`, () =>
    onServer(serverUrl, (client) =>
      client.query(`create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)}`),
    ),
  );
  return { url: urlOf(serverUrl, name), drop: () => dropUnused(serverUrl, name) };
}

/** Fails when somebody is still connected: a pool or a listener that was not closed. */
async function dropUnused(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    await until(
      `no connection to ${name} is left`,
      async () => {
        const { rows } = await client.query('select 1 from pg_stat_activity where datname = $1', [name]);
        return rows.length === 0;
      },
      { within: 3000 },
    );
    await client.query(`drop database ${escapeIdentifier(name)}`);
  });
}

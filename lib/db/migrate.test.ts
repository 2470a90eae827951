/** Migrations: once each, under any concurrency, and never over a schema made by another version. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { LIB, startChild } from '../../test/support/child-process.ts';
import {
  createEmptyPostgres,
  describeEachEngine,
  skipReason,
  type TestDatabase,
} from '../../test/support/databases.ts';
import { isMigrated, migrate, MigrationError, readMigrations } from './migrate.ts';

const MIGRATE = `
  import { openDatabase } from '${LIB}/db/database.ts';
  import { migrate, isMigrated } from '${LIB}/db/migrate.ts';
  import { createLog } from '${LIB}/kernel/log.ts';
  const database = await openDatabase({ databaseUrl: process.env.URL, dataDir: '' }, createLog('silent'));
  await migrate(database);
  console.log(await isMigrated(database));
  await database.close();
`;

describe('migrating an empty database', { skip: skipReason('postgres') }, () => {
  it('is done once by eight processes that start together', async () => {
    const empty = await createEmptyPostgres();
    const children = Array.from({ length: 8 }, () => startChild(MIGRATE, { URL: empty.url }));
    for (const child of children) {
      const { code } = await child.ended;
      assert.equal(code, 0, child.errors());
      assert.deepEqual(child.lines, ['true']);
    }
    await empty.drop();
  });
});

describeEachEngine('migrations', (open) => {
  let database: TestDatabase;
  let scratch: string;

  before(async () => {
    database = await open();
    scratch = mkdtempSync(join(tmpdir(), 'skillconvoy-migrations-'));
    cpSync(join(LIB, '../migrations'), scratch, { recursive: true });
  });
  after(() => rmSync(scratch, { recursive: true }));

  const folder = () => pathToFileURL(`${scratch}/`);
  const write = (name: string, text: string) => writeFileSync(join(scratch, name), text);
  const drop = (name: string) => rmSync(join(scratch, name));

  async function exists(table: string): Promise<boolean> {
    const { rows } = await sql<{ found: boolean }>`select to_regclass(${table}) is not null as found`.execute(
      database.kysely,
    );
    return rows[0]?.found === true;
  }

  it('are all applied, in the order of their numbers', async () => {
    assert.ok(await isMigrated(database));
    const names = (await readMigrations()).map(({ name }) => name);
    assert.ok(names.length > 0);
    assert.deepEqual(
      names,
      [...names].sort((a, b) => a.localeCompare(b)),
    );
  });

  it('undo a file that fails in the middle, and apply it once it is right', async () => {
    write('9001_bad.sql', 'create table half (id integer); select 1 / 0;');
    await assert.rejects(migrate(database, folder()), (error) => {
      assert.ok(error instanceof MigrationError);
      assert.match(error.message, /9001_bad\.sql failed/);
      return true;
    });
    assert.ok(!(await exists('half')));
    write('9001_bad.sql', 'create table half (id integer);');
    await migrate(database, folder());
    assert.ok(await exists('half'));
    assert.ok(await isMigrated(database, folder()));
  });

  it('refuse a file that was changed after it had been applied', async () => {
    write('9001_bad.sql', 'create table half (id bigint);');
    await assert.rejects(migrate(database, folder()), /9001_bad\.sql was changed/);
  });

  it('refuse a database that a newer version has migrated', async () => {
    drop('9001_bad.sql');
    await assert.rejects(migrate(database, folder()), /9001_bad\.sql, which this version does not know/);
  });
});

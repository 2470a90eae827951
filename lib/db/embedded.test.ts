/** The embedded database in a folder: one process, no acknowledged row lost, the event loop kept alive. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { CompiledQuery, sql } from 'kysely';
import { pino } from 'pino';
import { type Child, LIB, startChild } from '../../test/support/child-process.ts';
import { until } from '../../test/support/until.ts';
import { AppError } from '../kernel/errors.ts';
import { databaseOn, openEmbedded } from './embedded.ts';
import { engineOf, startInMemory } from './embedded-engine.ts';

const OPEN = `
  import { openEmbedded } from '${LIB}/db/embedded.ts';
  import { createLog } from '${LIB}/kernel/log.ts';
  const database = await openEmbedded(process.env.DATA_DIR, createLog('silent'));
`;

/** Inserts rows one by one and prints the id of each after it was acknowledged. */
const WRITE = `${OPEN}
  import { sql } from 'kysely';
  await sql\`create table if not exists written (id integer primary key)\`.execute(database.kysely);
  const { rows } = await sql\`select coalesce(max(id), 0) as last from written\`.execute(database.kysely);
  for (let id = rows[0].last + 1; ; id += 1) {
    await sql\`insert into written values (\${id})\`.execute(database.kysely);
    process.stdout.write(id + '\\n');
  }
`;

function isOffline(error: unknown): boolean {
  return error instanceof AppError && error.code === 'offline:database' && error.retryAfter !== undefined;
}

describe('embedded database', () => {
  let folder: string;
  const children: Child[] = [];
  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skillconvoy-embedded-'));
    warnings.length = 0;
  });
  afterEach(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.splice(0).map((child) => child.ended));
    rmSync(folder, { recursive: true });
  });

  function start(code: string): Child {
    const child = startChild(code, { DATA_DIR: folder });
    children.push(child);
    return child;
  }

  it('loses no acknowledged row when the process is killed while writing', async () => {
    const acknowledged = new Set<number>();
    for (const rows of [30, 200, 90]) {
      const writer = start(WRITE);
      await until('rows are written', () => writer.lines.length >= rows, { within: 60_000 });
      writer.process.kill('SIGKILL');
      await writer.ended;
      for (const line of writer.lines.filter((text) => /^\d+$/.test(text))) acknowledged.add(Number(line));
    }
    const database = await openEmbedded(folder, log);
    const { rows } = await sql<{ id: number }>`select id from written`.execute(database.kysely);
    await sql`reindex table written`.execute(database.kysely);
    await database.close();
    const found = new Set(rows.map(({ id }) => id));
    assert.ok(acknowledged.size >= 320);
    assert.deepEqual(
      [...acknowledged].filter((id) => !found.has(id)),
      [],
    );
  });

  it('opens after a first start that was killed at any moment', async () => {
    for (const delay of [300, 1100, 1900]) {
      const starter = start(OPEN);
      await pause(delay);
      starter.process.kill('SIGKILL');
      await starter.ended;
    }
    const database = await openEmbedded(folder, log);
    await database.checkReady();
    await database.close();
  });

  it('starts over when a first start left something unfinished', async () => {
    mkdirSync(join(folder, 'database.unfinished'));
    writeFileSync(join(folder, 'database.unfinished', 'PG_VERSION'), '18\n');
    const database = await openEmbedded(folder, log);
    await database.checkReady();
    await database.close();
    assert.equal(existsSync(join(folder, 'database.unfinished')), false);
  });

  it('refuses a second process and goes on working', async () => {
    const database = await openEmbedded(folder, log);
    const second = start(OPEN);
    const { code } = await second.ended;
    assert.notEqual(code, 0);
    assert.match(second.errors(), new RegExp(`in use by process ${process.pid}\\b`));
    await database.checkReady();
    await database.close();
  });

  it('fsyncs its commits, lets timers run during a burst of queries, and vacuums', async () => {
    const database = await openEmbedded(folder, log);
    assert.deepEqual(warnings, [], 'the self-check saw a commit reach the disk');

    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 1);
    for (let round = 0; round < 1000; round += 1) await sql`select ${round}::int8`.execute(database.kysely);
    clearInterval(timer);
    assert.ok(ticks > 10, `timers ran ${ticks} times`);

    await database.vacuum();
    await database.close();
  });

  it('refuses a query that is no text without spoiling the next', async () => {
    const database = await openEmbedded(folder, log);
    const broken = { ...CompiledQuery.raw('select 1'), sql: undefined as unknown as string };
    await assert.rejects(database.kysely.executeQuery(broken), TypeError);
    await database.checkReady();
    await database.close();
  });

  it('stops when its log cannot be written, says offline:database, and recovers without loss', async () => {
    const database = await openEmbedded(folder, log);
    const walFolder = join(folder, 'database', 'pg_wal');
    await sql`create table kept (id integer primary key)`.execute(database.kysely);
    let acknowledged = 0;
    async function writeMuch(): Promise<never> {
      for (;;) {
        await database.kysely.transaction().execute(async (tx) => {
          await sql`insert into kept values (${acknowledged + 1})`.execute(tx);
          await sql`select pg_logical_emit_message(true, 'test', repeat('a', 1000000))`.execute(tx);
        });
        acknowledged += 1;
      }
    }
    renameSync(walFolder, `${walFolder}.away`);
    await assert.rejects(writeMuch(), isOffline);
    await assert.rejects(database.checkReady(), isOffline);
    renameSync(`${walFolder}.away`, walFolder);
    await until('it has recovered', () => database.checkReady().then(() => true));
    const { rows } = await sql<{ id: number }>`select id from kept order by id`.execute(database.kysely);
    assert.ok(acknowledged > 0);
    assert.deepEqual(
      rows.slice(0, acknowledged),
      Array.from({ length: acknowledged }, (_, index) => ({ id: index + 1 })),
    );
    await database.close();
  });

  it('answers offline:database, and does not hang, once the engine is gone', async () => {
    const pglite = await startInMemory();
    const database = databaseOn(engineOf(pglite));
    await database.checkReady();
    await pglite.close();
    await assert.rejects(database.checkReady(), isOffline);
    const transaction = database.kysely.transaction().execute((tx) => sql`select 1`.execute(tx));
    await assert.rejects(transaction, isOffline);
    await database.close();
  });
});

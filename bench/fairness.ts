/** How long one connection's first run waits behind the backlog of another. */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../lib/db/database.ts';
import { startApp } from '../test/support/app.ts';
import { fillCatalogue } from './catalogue.ts';
import { type Engine, openNew } from './engines.ts';
import { noOpAdapters } from './no-op-adapter.ts';
import { milliseconds, quantile, type Table } from './table.ts';

const BACKLOG = 10_000;
const FIRST_RUNS = 10;

export async function benchFairness(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push(shown(engine, await measure(engine)));
  return {
    title: `Fairness: a connection's first run while another one has ${BACKLOG.toLocaleString('en')} queued`,
    notes: ['From its 202 to its adapter call, one worker with the default number of runs at a time.'],
    head: ['database', 'first runs', 'p50', 'slowest', 'backlog left'],
    rows,
  };
}

async function measure(engine: Engine): Promise<{ waits: number[]; left: number }> {
  const { db, remove } = await openNew(engine);
  let installs = Promise.withResolvers<void>();
  const heard = new Map<string, (at: number) => void>();
  const adapters = noOpAdapters((connection) => {
    installs.resolve();
    heard.get(connection)?.(performance.now());
  });
  const app = await startApp(db, { adapters });
  try {
    const { skills, providers } = await fillCatalogue(app.ctx, { skills: 1, providers: FIRST_RUNS + 1 });
    const [crowded = '', ...others] = providers;
    await app.call('POST', '/api/install-runs', { skill: skills[0], providers: [crowded] });
    await installs.promise;
    installs = Promise.withResolvers<void>();
    await queueMany(db);
    await db.vacuum();
    await installs.promise;
    const waits: number[] = [];
    for (const slug of others) {
      const called = Promise.withResolvers<number>();
      heard.set(await idOf(db, slug), called.resolve);
      await app.call('POST', '/api/install-runs', { skill: skills[0], providers: [slug] });
      const answeredAt = performance.now();
      waits.push((await called.promise) - answeredAt);
      await pause(50);
    }
    return { waits, left: await queued(db) };
  } finally {
    await app.close();
    await remove();
  }
}

/** Copies of the one skill and of its run, straight into the tables. */
async function queueMany(db: Database): Promise<void> {
  const copies = sql`generate_series(1, ${BACKLOG}::integer) n`;
  await db.kysely.transaction().execute(async (tx) => {
    await sql`
      insert into skills select (jsonb_populate_record(s, jsonb_build_object('id', s.id || n,
        'name', s.name || '-' || n))).* from skills s, ${copies}`.execute(tx);
    await sql`
      insert into install_runs select (jsonb_populate_record(r, jsonb_build_object('id', r.id || n,
        'skill_id', r.skill_id || n, 'status', 'queued', 'phase', null, 'attempt', 0, 'event_seq', 1,
        'lease_token', null, 'lease_until', null, 'worker_id', null, 'finished_at', null, 'result', null))).*
      from install_runs r, ${copies}`.execute(tx);
  });
}

async function idOf(db: Database, slug: string): Promise<string> {
  const { id } = await db.kysely
    .selectFrom('providers')
    .select('id')
    .where('slug', '=', slug)
    .executeTakeFirstOrThrow();
  return id;
}

async function queued(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from install_runs where status = 'queued'`.execute(db.kysely);
  return rows[0]?.count ?? 0;
}

function shown(engine: Engine, { waits, left }: { waits: number[]; left: number }): string[] {
  return [
    engine.name,
    String(waits.length),
    milliseconds(quantile(waits, 0.5)),
    milliseconds(Math.max(...waits)),
    left.toLocaleString('en'),
  ];
}

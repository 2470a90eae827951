/** How many install runs a second go all the way when the providers cost nothing. */
import { sql } from 'kysely';
import type { Database } from '../lib/db/database.ts';
import { startApp, type TestApp } from '../test/support/app.ts';
import { until } from '../test/support/until.ts';
import { fillCatalogue } from './catalogue.ts';
import { type Engine, openNew } from './engines.ts';
import { noOpAdapters } from './no-op-adapter.ts';
import { median, milliseconds, perSecond, ratio, type Table } from './table.ts';

const ROUNDS = 3;
const SKILLS = 50;
const PROVIDERS = 40;
export const RUNS = SKILLS * PROVIDERS;
export const CONCURRENCY = 400;
/** A round that takes longer is cut off and counted up to there. */
const ROUND_LIMIT_MS = 6000;
const COMMITS_MS = 1000;
const COMMITTING = 32;

export async function benchRuns(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureOnNew(engine));
    rows.push(shown(engine, rounds));
  }
  return {
    title: 'Runs: complete install runs per second, no-op provider',
    notes: [
      `One request for ${SKILLS} skills × ${PROVIDERS} providers to a server with one worker of ${CONCURRENCY} in this process;`,
      `from its 202 until all are a success, or until ${ROUND_LIMIT_MS / 1000} s are over; events and audit rows included.`,
      `Median of ${ROUNDS} rounds, each on a new database.`,
      `commits/s: single-row inserts, ${COMMITTING} in flight, through the same layer after each round.`,
    ],
    head: [
      'database',
      'runs/s',
      'slowest',
      'fastest',
      'done',
      '202 after',
      'events',
      'audit rows',
      'commits/s',
      'ratio',
    ],
    rows,
  };
}

/** Complete runs a second, the median of the rounds. */
export async function measuredRuns(engine: Engine): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push((await measureOnNew(engine)).runsPerSecond);
  return median(rates);
}

interface Round {
  readonly succeeded: number;
  readonly runsPerSecond: number;
  /** Until the request for all of them was answered. */
  readonly acceptedMs: number;
  readonly commitsPerSecond: number;
  readonly eventsPerRun: number;
  readonly auditRowsPerRun: number;
}

async function measureOnNew(engine: Engine): Promise<Round> {
  const { db, remove } = await openNew(engine);
  try {
    return { ...(await measureRuns(db)), commitsPerSecond: await measureCommits(db) };
  } finally {
    await remove();
  }
}

async function measureRuns(db: Database): Promise<Omit<Round, 'commitsPerSecond'>> {
  let installs = 0;
  const app = await startApp(db, {
    settings: { workerConcurrency: CONCURRENCY },
    adapters: noOpAdapters(() => {
      installs += 1;
    }),
  });
  try {
    const catalogue = await fillCatalogue(app.ctx, { skills: SKILLS, providers: PROVIDERS });
    await db.vacuum();
    const askedAt = performance.now();
    await askFor(app, catalogue);
    const acceptedAt = performance.now();
    const deadline = acceptedAt + ROUND_LIMIT_MS;
    // The database is not asked while the runs are at work.
    await until('all were installed', () => installs >= SKILLS * PROVIDERS || performance.now() > deadline, {
      within: 2 * ROUND_LIMIT_MS,
    });
    await until('all ended', async () => (await count(db, 'active')) === 0 || performance.now() > deadline, {
      within: 2 * ROUND_LIMIT_MS,
    });
    const elapsedMs = performance.now() - acceptedAt;
    const succeeded = await count(db, 'succeeded');
    return {
      succeeded,
      runsPerSecond: (succeeded / elapsedMs) * 1000,
      acceptedMs: acceptedAt - askedAt,
      eventsPerRun: (await count(db, 'events')) / succeeded,
      auditRowsPerRun: (await count(db, 'audits')) / succeeded,
    };
  } finally {
    await app.close();
  }
}

async function askFor(app: TestApp, catalogue: object): Promise<void> {
  const { status, body } = await app.call('POST', '/api/install-runs', catalogue);
  if (status !== 202) throw new Error(`the request for runs got ${status}: ${JSON.stringify(body)}`);
}

const COUNTS = {
  active: sql`select count(*) from install_runs where status in ('queued', 'running')`,
  succeeded: sql`select count(*) from install_runs where status = 'success'`,
  events: sql`select count(*) from run_events join install_runs on id = run_id where status = 'success'`,
  audits: sql`select count(*) from audit_logs join install_runs run on run.id = target_id where status = 'success'`,
};

async function count(db: Database, what: keyof typeof COUNTS): Promise<number> {
  const counted = await sql<{ count: number }>`${COUNTS[what]}`.execute(db.kysely);
  return counted.rows[0]?.count ?? 0;
}

async function measureCommits(db: Database): Promise<number> {
  await sql`create table bench_commits (id bigint generated always as identity primary key, value text)`.execute(
    db.kysely,
  );
  const startedAt = performance.now();
  let commits = 0;
  const commit = async (): Promise<void> => {
    while (performance.now() - startedAt < COMMITS_MS) {
      await sql`insert into bench_commits (value) values (${'one row'})`.execute(db.kysely);
      commits += 1;
    }
  };
  await Promise.all(Array.from({ length: COMMITTING }, commit));
  return (commits / (performance.now() - startedAt)) * 1000;
}

function shown(engine: Engine, rounds: readonly Round[]): string[] {
  const rates = rounds.map((round) => round.runsPerSecond);
  const commits = median(rounds.map((round) => round.commitsPerSecond));
  return [
    engine.name,
    perSecond(median(rates)),
    perSecond(Math.min(...rates)),
    perSecond(Math.max(...rates)),
    `${median(rounds.map((round) => round.succeeded))} of ${SKILLS * PROVIDERS}`,
    milliseconds(median(rounds.map((round) => round.acceptedMs))),
    `${median(rounds.map((round) => round.eventsPerRun)).toFixed(1)}/run`,
    `${median(rounds.map((round) => round.auditRowsPerRun)).toFixed(1)}/run`,
    perSecond(commits),
    ratio(median(rates), commits),
  ];
}

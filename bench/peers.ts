/** Job queues of others on the same database, each in a process of its own, and the bare loop that none can beat. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { Database } from '../lib/db/database.ts';
import { until } from '../test/support/until.ts';
import { type Engine, openNew } from './engines.ts';

const FOLDER = join(import.meta.dirname, 'peers');
const PEERS = ['graphile-worker', 'pg-boss', 'bullmq'] as const;
const CEILING_BATCH = 100;

export interface Peer {
  readonly name: string;
  /** Null when it could not be measured; then `why` says why. */
  readonly jobsPerSecond: number | null;
  readonly why: string | null;
}

/** Each job is one status update and one audit row. */
export async function measurePeers(engine: Engine, jobs: number, concurrency: number): Promise<Peer[]> {
  const found: Peer[] = [await ceiling(engine, jobs)];
  if (!existsSync(join(FOLDER, 'node_modules')))
    return [...found, missing('peers', 'not installed; npm install --prefix bench/peers')];
  for (const name of PEERS) found.push(await measurePeer(engine, name, jobs, concurrency));
  return found;
}

async function measurePeer(engine: Engine, name: string, jobs: number, concurrency: number): Promise<Peer> {
  const place = await engine.place();
  const redis = name === 'bullmq' ? await startRedis(place.dataDir) : null;
  try {
    if (place.databaseUrl === null) return missing(name, 'needs PostgreSQL');
    if (name === 'bullmq' && redis === null) return missing(name, 'no redis-server on this machine');
    const { openDatabase } = await import('../lib/db/database.ts');
    const { silentLog } = await import('../test/support/templates.ts');
    const db = await openDatabase(place, silentLog);
    await makeItems(db, jobs);
    await db.close();
    const words = [
      join(FOLDER, 'main.js'),
      name,
      place.databaseUrl,
      String(redis?.port ?? 0),
      String(jobs),
      String(concurrency),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: FOLDER, timeout: 120_000 });
    const { milliseconds } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { milliseconds: number };
    return { name, jobsPerSecond: (jobs / milliseconds) * 1000, why: null };
  } finally {
    redis?.stop();
    await place.remove();
  }
}

function missing(name: string, why: string): Peer {
  return { name, jobsPerSecond: null, why };
}

async function makeItems(db: Database, jobs: number): Promise<void> {
  await sql`create table bench_items (id integer primary key, status text not null)`.execute(db.kysely);
  await sql`create table bench_audit (id bigint generated always as identity primary key,
    item_id integer not null, action text not null, at timestamptz not null default now())`.execute(
    db.kysely,
  );
  await sql`insert into bench_items select number, 'queued' from generate_series(1, ${jobs}::integer) number`.execute(
    db.kysely,
  );
}

/** Takes a batch, marks it and writes its audit rows in one statement; again until nothing is left. */
async function ceiling(engine: Engine, jobs: number): Promise<Peer> {
  const { db, remove } = await openNew(engine);
  try {
    await makeItems(db, jobs);
    const startedAt = performance.now();
    for (let taken = -1; taken !== 0; ) {
      const { rows } = await sql`
        with due as (
          select id from bench_items where status = 'queued' order by id limit ${CEILING_BATCH} for update skip locked
        ), done as (
          update bench_items i set status = 'success' from due where i.id = due.id returning i.id
        )
        insert into bench_audit (item_id, action) select id, 'run.succeed' from done returning id`.execute(
        db.kysely,
      );
      taken = rows.length;
    }
    const elapsed = performance.now() - startedAt;
    return {
      name: `SKIP LOCKED, ${CEILING_BATCH} at a time`,
      jobsPerSecond: (jobs / elapsed) * 1000,
      why: null,
    };
  } finally {
    await remove();
  }
}

async function startRedis(folder: string): Promise<{ port: number; stop: () => void } | null> {
  const port = await freePort();
  const words = [
    '--port',
    String(port),
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
    '--bind',
    '127.0.0.1',
  ];
  const server = spawn('redis-server', words, { stdio: 'ignore' });
  let isMissing = false;
  server.once('error', () => {
    isMissing = true;
  });
  const isUp = await until('redis-server answers', async () => {
    if (isMissing) return 'missing';
    return (await answers(port)) ? 'up' : null;
  }).catch(() => 'missing');
  return isUp === 'up' ? { port, stop: () => void server.kill() } : null;
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Nothing is lost and nothing doubled on event streams: late commits, other processes, lost hints, readers that come and go. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { Client } from 'pg';
import { query, transaction } from '../../lib/db/database.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import type { Context } from '../../lib/kernel/context.ts';
import type { RunEvent } from '../../lib/runs/schema.ts';
import { transitionRuns } from '../../lib/runs/transition.ts';
import { ADMIN_KEY, startApp, type TestApp } from '../support/app.ts';
import { describeEachEngine, openTestDatabase, skipReason, type TestDatabase } from '../support/databases.ts';
import { type EventSource, openEvents } from '../support/event-source.ts';
import { inlineSkill } from '../support/skills.ts';
import { startProviders } from '../support/app.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

/** Runs that nobody works on, of new skills in one folder, asked for as one batch. */
async function newBatch(
  app: TestApp,
  name: string,
  count: number,
): Promise<{ batchId: string; runIds: string[] }> {
  const skills = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  for (const skill of skills)
    assert.equal((await app.call('POST', '/api/skills', inlineSkill(skill))).status, 201);
  const { status, body } = await app.call('POST', '/api/install-runs', { skills, providers: ['local-test'] });
  assert.equal(status, 202, JSON.stringify(body));
  return body as { batchId: string; runIds: string[] };
}

async function cancel(app: TestApp, runId: string): Promise<void> {
  assert.equal((await app.call('POST', `/api/install-runs/${runId}/cancel`)).status, 200);
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

describe('events of transactions that commit late', { skip: skipReason('postgres') }, () => {
  let database: TestDatabase;
  let app: TestApp;
  let ctx: Context;
  let folder: Awaited<ReturnType<typeof startProviders>>;

  before(async () => {
    database = await openTestDatabase('postgres');
    folder = await startProviders();
    app = await startApp(database, { isWorking: false });
    ctx = app.ctx;
    assert.equal((await app.call('POST', '/api/providers', folder.connections.local)).status, 201);
  });
  after(async () => {
    await app.close();
    await folder.close();
    await database.close();
  });

  async function follow(path: string): Promise<EventSource> {
    return await openEvents(`${app.url}${path}`, ADMIN_KEY);
  }

  it('are neither skipped nor turned round, and the runs of others do not wait for them', async () => {
    const { batchId, runIds } = await newBatch(app, 'late', 2);
    const [late = '', early = ''] = runIds;
    const batch = await follow(`/api/install-batches/${batchId}/events`);
    const everything = await follow('/api/events');
    const run = await follow(`/api/install-runs/${early}/events`);
    await batch.has(2);
    let commit = (): void => {};
    const committing = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const written = Promise.withResolvers<undefined>();
    const lateOne = transaction(ctx, async (tx) => {
      await transitionRuns(tx, [{ runId: late, event: 'run.canceled', fence: null }]);
      written.resolve(undefined);
      await committing;
    });
    await written.promise;
    await cancel(app, early);
    assert.equal(await run.ended, 'ended');
    assert.deepEqual([batch.events.length, everything.events.length], [2, 0]);
    commit();
    await lateOne;
    assert.equal(await batch.ended, 'ended');
    assert.deepEqual(
      batch.events.slice(2).map(({ data }) => data.runId),
      [late, early],
    );
    await everything.has(2);
    assert.deepEqual(
      everything.events.map(({ data }) => data.runId),
      [late, early],
    );
    everything.close();
  });

  it('hold nothing up when they are of somebody else on the same server', async () => {
    const { batchId, runIds } = await newBatch(app, 'foreign', 1);
    const stranger = new Client({ connectionString: database.url ?? '' });
    await stranger.connect();
    await stranger.query('begin');
    await stranger.query('select pg_current_xact_id()');
    const batch = await follow(`/api/install-batches/${batchId}/events`);
    await batch.has(1);
    await cancel(app, runIds[0] ?? '');
    assert.equal(await batch.ended, 'ended');
    assert.deepEqual(batch.ids(), ['1', '2']);
    await stranger.query('rollback');
    await stranger.end();
  });

  it('reach the streams of other processes, also when every hint is lost', async () => {
    const { batchId, runIds } = await newBatch(app, 'elsewhere', 1);
    const deaf = openPostgres(database.url ?? '', silentLog);
    const other = await startApp({ ...deaf, listen: () => () => {} }, { isWorking: false });
    const source = await openEvents(`${other.url}/api/install-batches/${batchId}/events`, ADMIN_KEY);
    await source.has(1);
    await cancel(app, runIds[0] ?? '');
    assert.equal(await source.ended, 'ended');
    assert.deepEqual(source.ids(), ['1', '2']);
    await other.close();
    await deaf.close();
  });
});

describeEachEngine('a reader of events', (open) => {
  let database: TestDatabase;
  let app: TestApp;
  let providers: Awaited<ReturnType<typeof startProviders>>;

  before(async () => {
    database = await open();
    providers = await startProviders();
    app = await startApp(database, { settings: { streamsPerPrincipal: 2 } });
    assert.equal((await app.call('POST', '/api/providers', providers.connections.local)).status, 201);
  });
  after(async () => {
    await app.close();
    await providers.close();
  });

  it('who comes back again and again has every event of a batch once', async () => {
    const { batchId } = await newBatch(app, 'again', 12);
    const path = `/api/install-batches/${batchId}/events`;
    const ids: string[] = [];
    for (let last: string | undefined; ; last = ids.at(-1)) {
      const source = await openEvents(`${app.url}${path}`, ADMIN_KEY, {
        ...(last !== undefined && { lastEventId: last }),
      });
      if (source.status === 204) break;
      await Promise.race([source.ended, source.has(1 + (ids.length % 3))]);
      source.close();
      await source.ended;
      ids.push(...source.ids());
    }
    const { body } = await app.call('GET', `${path}?limit=100`);
    const listed = (body['items'] as RunEvent[]).map(({ id }) => id);
    assert.ok(ids.length >= 12 * 3, `${ids.length} events`);
    assert.deepEqual(ids, numbers(ids.length));
    assert.deepEqual(ids, body['nextCursor'] === null ? listed : ids);
  });

  it('who does not read is cut off, and can resume', async () => {
    const { body: key } = await app.call('POST', '/api/keys', { name: 'slow', role: 'viewer' });
    const { batchId, runIds } = await newBatch(app, 'slow', 1);
    const runId = runIds[0] ?? '';
    await until('the run has ended', async () => {
      const { body } = await app.call('GET', `/api/install-batches/${batchId}`);
      return body['status'] === 'success';
    });
    const start = await openEvents(`${app.url}/api/events`, ADMIN_KEY);
    const place = await until('the place is known', () => start.lastId() || null);
    start.close();
    const sleepers = [
      await stalledReader(app.url, String(key['key'])),
      await stalledReader(app.url, String(key['key'])),
    ];
    const MANY = 40;
    // Larger than what the network itself takes in for a reader who sleeps.
    for (let index = 0; index < MANY; index += 1) await insertLargeEvent(app.ctx, runId, 500_000);
    app.ctx.db.notify('runs_changed');
    const awake = await openEvents(`${app.url}/api/events`, ADMIN_KEY, { lastEventId: place });
    await awake.has(MANY);
    awake.close();
    assert.equal(new Set(awake.ids()).size, MANY);
    const resumed = await until('the sleepers are cut off', async () => {
      const source = await openEvents(`${app.url}/api/events`, String(key['key']), { lastEventId: place });
      return source.status === 200 ? source : null;
    });
    await resumed.has(MANY);
    assert.deepEqual(resumed.ids(), awake.ids());
    resumed.close();
    for (const socket of sleepers) socket.destroy();
  });
});

/** Sends a request for everything and reads the head of the answer, then nothing. */
async function stalledReader(url: string, key: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    `GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nAccept: text/event-stream\r\n\r\n`,
  );
  const head = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
  assert.match(head, /^HTTP\/1\.1 200 /);
  socket.pause();
  return socket;
}

async function insertLargeEvent(ctx: Context, runId: string, size: number): Promise<void> {
  await sql`
    insert into run_events (run_id, seq, type, from_status, to_status, attempt, data)
    select ${runId}, max(seq) + 1, 'run.phase_changed', 'running', 'running', 1,
      jsonb_build_object('text', repeat('x', ${size}::integer))
    from run_events where run_id = ${runId}`.execute(query(ctx));
}

/** A server whose database and network fail: it stays up, says 503, recovers within seconds, and loses nothing it promised. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { startTcpProxy, type TcpProxy } from '../../emulators/tcp-proxy.ts';
import { type EventSource, openEvents } from '../support/event-source.ts';
import { findPostgres, type PostgresCluster, startPostgresCluster } from '../support/postgres-cluster.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const RECOVERS_WITHIN_MS = 5000;
/** Longer than a healthy answer takes, shorter than what would be no answer at all. */
const ANSWERS_WITHIN_MS = 10_000;

interface Asked {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Record<string, unknown>;
}

describe('a database that fails', { skip: findPostgres() === null ? 'no PostgreSQL here' : false }, () => {
  let cluster: PostgresCluster;
  let proxy: TcpProxy;
  let server: ServerProcess;
  let url: string;
  let admin: Client | null = null;
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-outages-'));
  const isOver = new AbortController();
  /** Everything that came back, and the batches that were promised. */
  const answers: Asked[] = [];
  const promised: string[] = [];
  const streamed: string[] = [];
  const background: Promise<void>[] = [];

  before(async () => {
    cluster = await startPostgresCluster(findPostgres() ?? '', ['fsync=off', 'max_connections=60']);
    proxy = await startTcpProxy({ target: { host: '127.0.0.1', port: cluster.port } });
    server = startServer({
      DATABASE_URL: cluster.url.replace(String(cluster.port), String(proxy.port)),
      ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
      ADMIN_API_KEY: KEY,
      RUN_LEASE_MS: '3000',
      LOG_LEVEL: 'silent',
    });
    url = await server.ready();
    const config = { path: join(folder, 'skills') };
    const connected = await ask('POST', '/api/providers', { slug: 'folder', kind: 'local', config });
    assert.equal(connected.status, 201, JSON.stringify(connected.body));
    background.push(askForRuns(), followEverything());
    await until('the first runs are promised', () => promised.length > 3);
  });
  after(async () => {
    isOver.abort();
    await Promise.all(background);
    await admin?.end().catch(() => {});
    server.kill('SIGKILL');
    await server.ended;
    await proxy.close();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask(method: string, path: string, body?: object, key?: string): Promise<Asked> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const asked = {
      status: answer.status,
      retryAfter: answer.headers.get('retry-after'),
      body: (await answer.json()) as Record<string, unknown>,
    };
    answers.push(asked);
    return asked;
  }

  /** New runs all the time, each asked for until it is promised. */
  async function askForRuns(): Promise<void> {
    for (let number = 0; !isOver.signal.aborted; number += 1) {
      const skill = `skill-${number}`;
      let status = 0;
      while (status !== 201 && status !== 409)
        ({ status } = await ask('POST', '/api/skills', inlineSkill(skill)));
      let made: Asked | null = null;
      while (made?.status !== 202) {
        made = await ask('POST', '/api/install-runs', { skill, providers: ['folder'] }, `key-${number}`);
      }
      promised.push(String(made.body['batchId']));
      await pause(50);
    }
  }

  /** One reader of everything, who comes back whenever its stream ends. */
  async function followEverything(): Promise<void> {
    let last = '0';
    while (!isOver.signal.aborted) {
      const source: EventSource | null = await openEvents(`${url}/api/events`, KEY, { lastEventId: last });
      isOver.signal.addEventListener('abort', () => source.close(), { once: true });
      await source.ended;
      streamed.push(...source.ids());
      if (source.status === 200) last = source.lastId();
    }
  }

  async function asAdmin(statement: string): Promise<Client> {
    admin ??= new Client({ connectionString: cluster.url });
    const client = admin;
    client.on('error', () => {});
    await client.connect().catch(() => {});
    await client.query(statement);
    return client;
  }

  async function leaveAdmin(): Promise<void> {
    await admin?.end().catch(() => {});
    admin = null;
  }

  async function recovers(): Promise<void> {
    const healedAt = promised.length;
    await until(
      'a read succeeds again',
      async () => (await ask('GET', '/api/skills?limit=1')).status === 200,
      {
        within: RECOVERS_WITHIN_MS,
      },
    );
    await until('runs are promised again', () => promised.length > healedAt + 1, {
      within: RECOVERS_WITHIN_MS,
    });
    assert.equal((await ask('GET', '/readyz')).status, 200);
  }

  it('by killing every connection', async () => {
    await asAdmin(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    await recovers();
    await leaveAdmin();
  });

  it('by stopping, twice, and starting again', async () => {
    for (let round = 0; round < 2; round += 1) {
      await cluster.crash();
      const refused = await until('it is said', async () => {
        const asked = await ask('GET', '/api/skills?limit=1');
        return asked.status === 200 ? null : asked;
      });
      assert.deepEqual([refused.status, refused.body['code']], [503, 'offline:database']);
      assert.equal((await ask('GET', '/readyz')).status, 503);
      assert.equal((await ask('GET', '/healthz')).status, 200);
      await cluster.restart();
      await recovers();
    }
  });

  it('by a network that resets everything', async () => {
    proxy.set({ kind: 'reset' });
    await until('it is said', async () => (await ask('GET', '/api/skills?limit=1')).status === 503);
    proxy.set({ kind: 'pass' });
    await recovers();
  });

  it('by a network that swallows everything, and leaves half open connections behind', async () => {
    proxy.set({ kind: 'black-hole' });
    const refused = await Promise.all(
      Array.from({ length: 12 }, async () => await ask('GET', '/api/skills?limit=1')),
    );
    for (const { status } of refused) assert.equal(status, 503);
    proxy.set({ kind: 'pass' });
    await recovers();
  });

  it('by taking all connections', async () => {
    const holder = await asAdmin('begin');
    await holder.query('lock table skills in access exclusive mode');
    const waiting = Array.from({ length: 30 }, async () => await ask('GET', '/api/skills?limit=1'));
    const refused = await Promise.race(waiting);
    assert.equal(refused.status, 503);
    assert.equal((await ask('GET', '/healthz')).status, 200);
    await holder.query('rollback');
    await Promise.all(waiting);
    await recovers();
    await leaveAdmin();
  });

  it('has never brought the process down, nor made it answer with anything but 503', () => {
    const others = answers.filter(({ status }) => status >= 500 && status !== 503);
    assert.deepEqual(others, []);
    const refused = answers.filter(({ status }) => status === 503);
    assert.ok(refused.length > 5, `${refused.length} were refused`);
    for (const { retryAfter } of refused) assert.ok(Number(retryAfter) > 0);
  });

  it('has cost nothing: every promised run has succeeded, and the stream had every event once', async () => {
    isOver.abort();
    await Promise.all(background.splice(0));
    for (const batchId of promised) {
      await until(
        `${batchId} has succeeded`,
        async () => (await ask('GET', `/api/install-batches/${batchId}`)).body['status'] === 'success',
      );
      const { body } = await ask('GET', `/api/install-batches/${batchId}/events`);
      const items = body['items'] as { id: string; seq: number }[];
      assert.deepEqual(
        items.map(({ seq }) => seq),
        items.map((_, index) => index + 1),
      );
    }
    const stored: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await ask('GET', `/api/events?limit=100${cursor}`);
      stored.push(...(body['items'] as { id: string }[]).map(({ id }) => id));
      if (body['nextCursor'] === null) break;
      cursor = `&cursor=${body['nextCursor'] as string}`;
    }
    assert.ok(streamed.length > 50, `${streamed.length} events were streamed`);
    assert.deepEqual(streamed, stored.slice(0, streamed.length));
  });
});

/** A server that is asked to stop: nothing new is begun, what is at work finishes, whoever listens is told, connections end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { type EmulatedProviders, startProviders } from '../support/app.ts';
import { createEmptyPostgres, skipReason } from '../support/databases.ts';
import { openEvents } from '../support/event-source.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const SLOW_MS = 1500;

type Body = Record<string, unknown>;

for (const engine of ['pglite', 'postgres'] as const) {
  describe(`a server that is asked to stop (${engine})`, { skip: skipReason(engine) }, () => {
    const folder = mkdtempSync(`${tmpdir()}/skillconvoy-stopping-`);
    const started: ServerProcess[] = [];
    let providers: EmulatedProviders;
    let variables: Record<string, string>;
    let drop = async (): Promise<void> => {};

    before(async () => {
      providers = await startProviders();
      variables = { ADMIN_API_KEY: KEY, ALLOWED_HOSTS: '127.0.0.1', WORKER_CONCURRENCY: '1', SANDBOX: 'off' };
      if (engine === 'pglite') variables['DATA_DIR'] = folder;
      else {
        const database = await createEmptyPostgres();
        drop = database.drop;
        variables['DATABASE_URL'] = database.url;
        variables['ENCRYPTION_KEY'] = Buffer.alloc(32, 3).toString('base64');
      }
    });
    after(async () => {
      for (const server of started) server.kill('SIGKILL');
      await Promise.all(started.map((server) => server.ended));
      await providers.close();
      await drop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function start(): Promise<{ server: ServerProcess; url: string }> {
      const server = startServer(variables);
      started.push(server);
      return { server, url: await server.ready() };
    }

    async function ask(url: string, method: string, path: string, body?: object, headers: object = {}) {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${KEY}`,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as Body };
    }

    it('finishes what is at work, begins nothing, tells its listeners, and ends', async () => {
      const { server, url } = await start();
      assert.equal((await ask(url, 'POST', '/api/providers', providers.connections.openai)).status, 201);
      const runIds: string[] = [];
      providers.faults.openai.script.push({ match: { method: 'POST' }, delayMs: SLOW_MS });
      for (const skill of ['at-work', 'waiting']) {
        assert.equal((await ask(url, 'POST', '/api/skills', inlineSkill(skill))).status, 201);
        const made = await ask(url, 'POST', '/api/install-runs', { skill, providers: ['openai-test'] });
        runIds.push(...(made.body['runIds'] as string[]));
      }
      const [atWork = '', waiting = ''] = runIds;
      await until('the provider is being asked', async () => {
        return (await ask(url, 'GET', `/api/install-runs/${atWork}`)).body['phase'] === 'submitting';
      });
      const stream = await openEvents(`${url}/api/events`, KEY);
      const place = await until('the place is known', () => stream.lastId() || null);
      const patient = ask(url, 'GET', `/api/install-runs/${waiting}`, undefined, { prefer: 'wait=30' });
      await until('the request waits', async () => {
        const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
        return (await metrics.text()).includes('http_requests_open{route="/api/install-runs/{id}"} 1');
      });
      const unused = connect(Number(new URL(url).port), '127.0.0.1');
      await once(unused, 'connect');
      const closed = once(unused, 'close');

      server.kill('SIGTERM');
      assert.equal(await stream.ended, 'ended');
      const answered = await patient;
      assert.deepEqual([answered.status, answered.body['status']], [200, 'queued']);
      assert.equal(await server.ended, 0, server.output());
      await closed;

      const again = await start();
      const { body: finished } = await ask(again.url, 'GET', `/api/install-runs/${atWork}`);
      assert.deepEqual([finished['status'], finished['attempt']], ['success', 1]);
      const { body } = await ask(again.url, 'GET', `/api/install-runs/${waiting}/events`);
      const claimed = (body['items'] as { type: string; attempt: number }[]).filter(
        ({ type }) => type === 'run.claimed',
      );
      assert.ok(
        claimed.every(({ attempt }) => attempt === 1),
        'the process that stopped never took it',
      );
      const resumed = await openEvents(`${again.url}/api/events`, KEY, { lastEventId: place });
      await until('both have ended', () => {
        return resumed.events.filter(({ type }) => type === 'run.succeeded').length === 2;
      });
      const { body: all } = await ask(again.url, 'GET', `/api/events?after=${place}`);
      const listed = (all['items'] as { id: string }[]).map(({ id }) => id);
      assert.deepEqual(resumed.ids(), listed);
      assert.deepEqual(stream.ids(), listed.slice(0, stream.events.length));
      resumed.close();
      again.server.kill('SIGTERM');
      assert.equal(await again.server.ended, 0);
    });
  });
}

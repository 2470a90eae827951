/** Several processes at one PostgreSQL: one answer a key, limits that hold over all of them, and no run that dies with its worker. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EmulatedProviders, PROVIDER_KEY, startProviders } from '../support/app.ts';
import { createEmptyPostgres, skipReason } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const SKILLS = 40;
const MOST_AT_ONCE = 10;
/** 200 for the long run. */
const KEYS = Number(process.env['IDEMPOTENCY_KEYS'] ?? 20);
const REQUESTS = 50;
const LEASE_MS = 4000;

type Body = Record<string, unknown>;

describe('many processes', { skip: skipReason('postgres') }, () => {
  let providers: EmulatedProviders;
  let apis: string[];
  let workers: ServerProcess[];
  const started: ServerProcess[] = [];
  let variables: Record<string, string>;
  let drop = async (): Promise<void> => {};

  before(async () => {
    providers = await startProviders();
    const database = await createEmptyPostgres();
    drop = database.drop;
    variables = {
      DATABASE_URL: database.url,
      ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
      ADMIN_API_KEY: KEY,
      ALLOWED_HOSTS: '127.0.0.1',
      RATE_LIMIT_PER_MINUTE: '0',
      RUN_LEASE_MS: String(LEASE_MS),
      LOG_LEVEL: 'warn',
    };
    const first = start('api');
    const firstUrl = await first.ready();
    apis = [firstUrl, await start('api').ready()];
    workers = [start('worker'), start('worker'), start('worker')];
    await Promise.all(workers.map(async (worker) => await worker.ready()));
    const { openai } = providers.connections;
    const base = openai as { config: object };
    const limited = { ...openai, slug: 'limited', config: { ...base.config, maxConcurrent: MOST_AT_ONCE } };
    for (const body of [openai, limited])
      assert.equal((await ask(0, 'POST', '/api/providers', body)).status, 201);
    for (let number = 0; number < SKILLS; number += 1)
      assert.equal((await ask(number, 'POST', '/api/skills', inlineSkill(`skill-${number}`))).status, 201);
  });

  after(async () => {
    for (const server of started) server.kill('SIGKILL');
    await Promise.all(started.map((server) => server.ended));
    await providers.close();
    await drop();
  });

  function start(role: 'api' | 'worker'): ServerProcess {
    const server = startServer({ ...variables, ROLE: role });
    started.push(server);
    return server;
  }

  async function ask(turn: number, method: string, path: string, body?: object, key?: string) {
    const answer = await fetch(`${apis[turn % apis.length]}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  }

  async function ended(batchId: unknown): Promise<{ status: string; attempt: number }[]> {
    return await until(
      `${String(batchId)} has ended`,
      async () => {
        const { body } = await ask(0, 'GET', `/api/install-batches/${String(batchId)}`);
        const runs = body['runs'] as { status: string; attempt: number; finishedAt: string | null }[];
        return runs.every(({ finishedAt }) => finishedAt !== null) ? runs : null;
      },
      { within: 60_000 },
    );
  }

  it(`make one batch of ${REQUESTS} requests with one key, for each of ${KEYS} keys`, async () => {
    const batches = new Set<unknown>();
    for (let key = 0; key < KEYS; key += 1) {
      const body = { skill: `skill-${key % SKILLS}`, providers: ['openai-test'] };
      const answers = await Promise.all(
        Array.from(
          { length: REQUESTS },
          async (_, turn) => await ask(turn, 'POST', '/api/install-runs', body, `key-${key}`),
        ),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
      const ids = new Set(answers.map(({ body: answer }) => answer['batchId']));
      assert.equal(ids.size, 1, `key-${key}`);
      for (const id of ids) batches.add(id);
    }
    assert.equal(batches.size, KEYS);
    const other = await ask(
      1,
      'POST',
      '/api/install-runs',
      { skill: 'skill-1', providers: ['limited'] },
      'key-0',
    );
    assert.deepEqual([other.status, other.body['code']], [422, 'unprocessable:install_run']);
    for (const id of batches) await ended(id);
  });

  it('give the answer to a key again after the process that gave it was killed', async () => {
    const body = { skill: 'skill-2', providers: ['openai-test'] };
    const install = async (turn: number) => await ask(turn, 'POST', '/api/install-runs', body, 'outlives');
    const answers = Array.from({ length: REQUESTS }, async () => await install(0));
    await Promise.any(answers);
    const [victim] = started;
    victim?.kill('SIGKILL');
    const answered = (await Promise.allSettled(answers)).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value] : [],
    );
    await victim?.ended;
    apis[0] = await start('api').ready();
    const again = await Promise.all(Array.from({ length: REQUESTS }, async (_, turn) => await install(turn)));
    assert.deepEqual(new Set([...answered, ...again].map(({ status }) => status)), new Set([202]));
    const ids = new Set([...answered, ...again].map(({ body: answer }) => answer['batchId']));
    assert.equal(ids.size, 1);
    for (const id of ids) await ended(id);
  });

  it(`never have more than ${MOST_AT_ONCE} runs at work at a connection that takes ${MOST_AT_ONCE}`, async () => {
    const { openai } = providers.atWork;
    openai.most = 0;
    providers.faults.openai.script.push({ times: SKILLS, match: { method: 'POST' }, delayMs: 150 });
    const skills = Array.from({ length: SKILLS }, (_, number) => `skill-${number}`);
    const { body } = await ask(0, 'POST', '/api/install-runs', { skills, providers: ['limited'] });
    const runs = await ended(body['batchId']);
    const { most } = openai;
    assert.ok(runs.every(({ status }) => status === 'success'));
    assert.ok(most <= MOST_AT_ONCE, `${most} requests were at work`);
    assert.ok(most > MOST_AT_ONCE / 2, `only ${most} requests were at work: nothing was shown`);
  });

  it('take over the runs of one that is killed, and do nothing twice', async () => {
    const skills = Array.from({ length: 6 }, (_, number) => `orphan-${number}`);
    for (const skill of skills) await ask(0, 'POST', '/api/skills', inlineSkill(skill));
    providers.faults.openai.script.push({
      times: 6,
      match: { method: 'POST', path: '/skills$' },
      delayMs: 1500,
    });
    const { body } = await ask(0, 'POST', '/api/install-runs', { skills, providers: ['openai-test'] });
    await until('the provider is at work on all', () => providers.atWork.openai.now === 6);
    const [first] = body['runIds'] as string[];
    const { body: log } = await ask(0, 'GET', `/api/install-runs/${first}/events`);
    const claim = (log['items'] as { type: string; data: Body }[]).find(({ type }) => type === 'run.claimed');
    const victim = workers.find(({ pid }) => String(claim?.data['workerId']).endsWith(`-${pid}`));
    assert.ok(victim, 'one of the workers holds it');
    victim.kill('SIGKILL');
    const killedAt = performance.now();
    const runs = await ended(body['batchId']);
    const seconds = (performance.now() - killedAt) / 1000;
    assert.ok(runs.every(({ status }) => status === 'success'));
    assert.ok(
      runs.some(({ attempt }) => attempt > 1),
      'somebody died at work',
    );
    assert.ok(seconds < LEASE_MS / 1000 + 10, `it took ${seconds} s`);
    const headers = { authorization: `Bearer ${PROVIDER_KEY}` };
    const listed = await fetch(`${providers.urls.openai}/v1/skills?limit=100`, { headers });
    const { data } = (await listed.json()) as { data: { name: string }[] };
    const orphans = data.map(({ name }) => name).filter((name) => name.startsWith('orphan-'));
    assert.deepEqual(orphans.toSorted(), skills);
  });
});

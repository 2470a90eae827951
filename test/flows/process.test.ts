/** The program as an operator meets it: first start, second start, stop, kill, many at once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createEmptyPostgres, skipReason } from '../support/databases.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const ENCRYPTION_KEY = Buffer.alloc(32, 3).toString('base64');
const started: ServerProcess[] = [];
const folders: string[] = [];

after(async () => {
  for (const server of started) server.kill('SIGKILL');
  await Promise.all(started.map((server) => server.ended));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-process-'));
  folders.push(folder);
  return folder;
}

function start(environment: Readonly<Record<string, string>>): ServerProcess {
  const server = startServer(environment);
  started.push(server);
  return server;
}

async function call(address: string, method: string, path: string, body?: object, key = KEY) {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function sandboxInstall(address: string, skill: string): Promise<string[]> {
  const { status, body } = await call(address, 'POST', '/api/install-runs', {
    skill,
    providers: ['sandbox-openai', 'sandbox-claude', 'sandbox-gemini'],
  });
  assert.equal(status, 202, JSON.stringify(body));
  const runs = await until('the batch has ended', async () => {
    const batch = await call(address, 'GET', `/api/install-batches/${String(body['batchId'])}`);
    const shown = batch.body['runs'] as { status: string; result: { effect: string } | null }[];
    return shown.every((run) => run.status !== 'queued' && run.status !== 'running') ? shown : null;
  });
  return runs.map((run) => `${run.status} ${run.result?.effect}`);
}

describe('on the embedded database', () => {
  const folder = newFolder();

  it('a first start prints a key once, offers the sandbox and installs into it', async () => {
    const server = start({ DATA_DIR: folder });
    const address = await server.ready();
    const key = /(skc_\w+)/.exec(server.output())?.[1] ?? '';
    const made = await call(address, 'POST', '/api/skills', inlineSkill('first'), key);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(statSync(join(folder, 'encryption.key')).mode & 0o777, 0o600);
    server.kill('SIGTERM');
    assert.equal(await server.ended, 0, server.output());
  });

  it('a restart finds everything, and a kill loses nothing that was acknowledged', async () => {
    const server = start({ DATA_DIR: folder, ADMIN_API_KEY: KEY });
    const address = await server.ready();
    assert.ok(!server.output().includes('skc_'), 'no second key is printed');
    assert.deepEqual(await sandboxInstall(address, 'first'), [
      'success created',
      'success created',
      'success created',
    ]);
    server.kill('SIGKILL');
    await server.ended;

    const again = start({ DATA_DIR: folder, ADMIN_API_KEY: KEY });
    const there = await again.ready();
    const skills = await call(there, 'GET', '/api/skills');
    assert.equal((skills.body['items'] as unknown[]).length, 1);
    assert.deepEqual(await sandboxInstall(there, 'first'), ['success noop', 'success noop', 'success noop']);

    const second = start({ DATA_DIR: folder, ADMIN_API_KEY: KEY });
    assert.notEqual(await second.ended, 0);
    assert.match(second.output(), new RegExp(`process ${again.pid}`));
    assert.equal((await call(there, 'GET', '/api/skills')).status, 200, 'the first one goes on');
    again.kill('SIGTERM');
    assert.equal(await again.ended, 0);
  });

  it('another encryption key stops the start with a line that names the variable', async () => {
    writeFileSync(join(folder, 'encryption.key'), `${Buffer.alloc(32, 9).toString('base64')}\n`);
    const server = start({ DATA_DIR: folder });
    assert.equal(await server.ended, 1);
    assert.match(server.output(), /^skillconvoy cannot start: ENCRYPTION_KEY: .*\n$/);
  });

  for (const [variable, value] of [
    ['PORT', 'x'],
    ['ROLE', 'worker'],
    ['ADMIN_API_KEY', 'short'],
    ['ENCRYPTION_KEY', 'short'],
    ['DATABASE_URL', 'mysql://x'],
  ] as const) {
    it(`a bad ${variable} stops the start with one line that names it`, async () => {
      const server = start({ DATA_DIR: newFolder(), [variable]: value });
      assert.equal(await server.ended, 1);
      assert.match(server.output(), new RegExp(`^skillconvoy cannot start: ${variable}: [^\\n]+\\n$`));
    });
  }
});

describe('on PostgreSQL', { skip: skipReason('postgres') }, () => {
  it('eight processes start at once on an empty database, and runs asked of one are done by others', async () => {
    const { url, drop } = await createEmptyPostgres();
    const environment = { DATABASE_URL: url, ENCRYPTION_KEY, ADMIN_API_KEY: KEY };
    const servers = Array.from({ length: 8 }, (_, index) =>
      start({ ...environment, ROLE: index < 4 ? 'api' : 'worker' }),
    );
    const addresses = await Promise.all(servers.map((server) => server.ready()));
    const [address = '', other = ''] = addresses;
    const folder = newFolder();
    const made = await call(address, 'POST', '/api/skills', inlineSkill('shared'));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal((await call(other, 'GET', '/api/skills/shared')).status, 200);
    await call(address, 'POST', '/api/providers', {
      slug: 'folder',
      kind: 'local',
      config: { path: folder },
    });
    const asked = await call(address, 'POST', '/api/install-runs', {
      skill: 'shared',
      providers: ['folder'],
    });
    const [id] = asked.body['runIds'] as string[];
    await until('the run has succeeded', async () => {
      const { body } = await call(other, 'GET', `/api/install-runs/${id}`);
      return body['status'] === 'success';
    });
    assert.equal(
      (await call(addresses[7] ?? '', 'GET', '/api/skills')).status,
      404,
      'a worker serves no API',
    );
    for (const server of servers) server.kill('SIGTERM');
    assert.deepEqual(
      await Promise.all(servers.map((server) => server.ended)),
      servers.map(() => 0),
    );
    await drop();
  });
});

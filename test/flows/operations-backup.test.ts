/** The commands of docs/operations/backup.md, run as they stand; then the program starts on what was restored. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createEmptyPostgres, skipReason } from '../support/databases.ts';
import { blockOf } from '../support/documents.ts';
import { findPostgres } from '../support/postgres-cluster.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const ENCRYPTION_KEY = Buffer.alloc(32, 3).toString('base64');
type Variables = Readonly<Record<string, string>>;
type Body = Record<string, unknown>;

const started: ServerProcess[] = [];
const folders: string[] = [];

after(async () => {
  for (const server of started) server.kill('SIGKILL');
  await Promise.all(started.map((server) => server.ended));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-backup-'));
  folders.push(folder);
  return folder;
}

/** Runs a block of the document, in a folder, until its first error. */
function run(info: string, folder: string, variables: Variables = {}): void {
  const PATH = [findPostgres(), process.env['PATH']].filter(Boolean).join(delimiter);
  const env = { ...variables, PATH };
  execFileSync('/bin/sh', ['-eu', '-c', blockOf('backup.md', info)], { cwd: folder, env, stdio: 'pipe' });
}

function start(variables: Variables, ...words: string[]): ServerProcess {
  const server = startServer({ ADMIN_API_KEY: KEY, ...variables }, words);
  started.push(server);
  return server;
}

async function call(address: string, method: string, path: string, body?: object): Promise<Body> {
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return (await response.json()) as Body;
}

async function whileServing(variables: Variables, act: (address: string) => Promise<void>): Promise<void> {
  const server = start(variables);
  await act(await server.ready());
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.output());
}

/** A skill, a provider and a run that has ended, signed for in the audit log. Returns the run's id. */
async function fill(address: string): Promise<string> {
  await call(address, 'POST', '/api/skills', inlineSkill('kept'));
  const config = { path: newFolder() };
  await call(address, 'POST', '/api/providers', { slug: 'folder', kind: 'local', config });
  const asked = await call(address, 'POST', '/api/install-runs', { skill: 'kept', providers: ['folder'] });
  const [id = ''] = asked['runIds'] as string[];
  await until('the run has succeeded', async () => {
    return (await call(address, 'GET', `/api/install-runs/${id}`))['status'] === 'success';
  });
  await until('the audit log is sealed', async () => (await verified(address))['unsealed'] === 0);
  return id;
}

async function verified(address: string): Promise<Body> {
  return await call(address, 'GET', '/api/audit-logs/verify');
}

async function assertRestored(variables: Variables, runId: string): Promise<void> {
  await whileServing(variables, async (address) => {
    assert.equal((await call(address, 'GET', '/api/skills/kept'))['name'], 'kept');
    assert.equal((await call(address, 'GET', '/api/providers/folder'))['status'], 'active');
    assert.equal((await call(address, 'GET', `/api/install-runs/${runId}`))['status'], 'success');
    const log = await verified(address);
    assert.equal(log['ok'], true, JSON.stringify(log));
    assert.ok(Number(log['checked']) >= 4);
  });
}

async function examine(variables: Variables): Promise<string> {
  const doctor = start(variables, 'doctor');
  await doctor.ended;
  return doctor.output();
}

describe('an embedded database', () => {
  it('is back after its files were lost, with the key from another place and not without', async () => {
    const folder = newFolder();
    const settings = { DATA_DIR: join(folder, 'data') };
    let runId = '';
    await whileServing(settings, async (address) => {
      runId = await fill(address);
    });
    mkdirSync(join(folder, 'a-safe-place'));
    run('sh backup-embedded', folder);
    renameSync(join(folder, 'data'), join(folder, 'lost'));

    const elsewhere = newFolder();
    for (const name of ['skillconvoy-data.tar.gz', 'a-safe-place'])
      renameSync(join(folder, name), join(elsewhere, name));
    const restored = { DATA_DIR: join(elsewhere, 'data') };
    run('sh restore-embedded', elsewhere);
    const key = join(elsewhere, 'data/encryption.key');
    rmSync(key);
    assert.ok(!existsSync(key), 'the archive itself holds no key');
    assert.match(await examine(restored), /^FAIL {2}encryption key: /m);
    execFileSync('cp', ['-p', join(elsewhere, 'a-safe-place/encryption.key'), key]);
    assert.doesNotMatch(await examine(restored), /^FAIL/m);
    await assertRestored(restored, runId);
  });
});

describe('PostgreSQL', { skip: skipReason('postgres') }, () => {
  it('is back in another database, and what was recorded after the backup is missed', async () => {
    const [before, restored] = [await createEmptyPostgres(), await createEmptyPostgres()];
    const folder = newFolder();
    const variables = { DATABASE_URL: before.url, RESTORED_URL: restored.url };
    const settings = { DATABASE_URL: before.url, ENCRYPTION_KEY, DATA_DIR: folder };
    let runId = '';
    await whileServing(settings, async (address) => {
      runId = await fill(address);
      // While it runs.
      run('sh backup-postgresql', folder, variables);
      await call(address, 'POST', '/api/skills', inlineSkill('lost'));
      await until('the audit log is sealed', async () => (await verified(address))['unsealed'] === 0);
      // The next checkpoint would be a minute away; a proof is signed at once.
      const { items } = await call(address, 'GET', '/api/audit-logs?action=skill.create');
      const [newest] = items as { id: string }[];
      await call(address, 'GET', `/api/audit-logs/${newest?.id}/proof`);
      await until('the file has it', async () => Number((await verified(address))['anchors']) > 1);
    });
    run('sh restore-postgresql', folder, variables);

    const again = { ...settings, DATABASE_URL: restored.url };
    assert.match(
      await examine(again),
      /^FAIL {2}audit log: the log was cut off: the anchor at \d+ covers more/m,
    );
    renameSync(join(folder, 'audit-checkpoints.jsonl'), join(folder, 'evidence.jsonl'));
    assert.doesNotMatch(await examine(again), /^FAIL/m);
    await assertRestored(again, runId);
    await before.drop();
    await restored.drop();
  });
});

/** Drives the local adapter in temporary folders: round trips, ownership, links, broken disks, interruption. */
import assert from 'node:assert/strict';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { contentDigest } from '../../kernel/content-digest.ts';
import {
  type Call,
  type Connection,
  type InstallRequest,
  type Mutation,
  ProviderError,
  type SkillPackage,
} from '../adapter.ts';
import { localAdapter } from './adapter.ts';
import { sweepLeftovers } from './skill-folder.ts';

let parent = '';
let path = '';
let mutations: Mutation[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'local-adapter-'));
  path = join(parent, 'skills');
  mutations = [];
});
afterEach(async () => await rm(parent, { recursive: true, force: true }));

function connection(config: Record<string, unknown> = {}): Connection {
  return { kind: 'local', slug: 'disk', config: { path, ...config }, baseUrl: null, credentials: null };
}

function call(changes: Partial<Call> = {}): Call {
  return {
    fetch: () => assert.fail('the disk needs no network'),
    signal: new AbortController().signal,
    timeoutMs: 1000,
    beforeMutation: async (mutation) => void mutations.push(mutation),
    ...changes,
  };
}

function skillOf(files: Record<string, string | Uint8Array>, name = 'csv-tools'): SkillPackage {
  const packed = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  return {
    name,
    displayName: name,
    description: 'Reads CSV',
    digest: contentDigest(packed),
    files: packed,
  };
}

const first = skillOf({ 'SKILL.md': '# one', 'scripts/run.py': 'print(1)' });
const second = skillOf({ 'SKILL.md': '# two', 'assets/참고.bin': Buffer.from([0, 255]) });

function asking(skill: SkillPackage, known: Partial<InstallRequest> = {}): InstallRequest {
  return { package: skill, prior: null, openIntent: null, ...known };
}

function install(skill: SkillPackage, known: Partial<InstallRequest> = {}, using = call()) {
  return localAdapter.install(connection(), asking(skill, known), using);
}

/** Every file below a folder, path to text; what is ours beside the skills is left out. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !file.startsWith('.skillconvoy/'));
  const texts = files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function failureOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => assert.fail('it was accepted'),
    (error: unknown) => error,
  );
  if (error instanceof ProviderError) return error.failure;
  throw error;
}

async function leftovers(): Promise<string[]> {
  return (await readdir(join(path, '.skillconvoy'))).filter((name) => !name.endsWith('.json'));
}

describe('verifying a local folder', () => {
  it('makes the folder and leaves nothing of its probe', async () => {
    const { latencyMs } = await localAdapter.verify(connection({ layout: 'claude-code' }), call());
    assert.ok(latencyMs >= 0);
    assert.deepEqual(mutations, []);
    assert.deepEqual(await contents(path), {});
    assert.ok((await stat(join(path, '.claude/skills'))).isDirectory());
  });

  it('wants the parent to exist', async () => {
    const failure = await failureOf(localAdapter.verify(connection({ path: join(path, 'deeper') }), call()));
    assert.equal(failure.code, 'not_found:provider');
    assert.match(failure.message, /ENOENT.*create/);
  });

  it('refuses a link in place of a part of the path', async () => {
    await mkdir(join(parent, 'elsewhere'));
    await mkdir(path);
    await symlink(join(parent, 'elsewhere'), join(path, '.claude'));
    const failure = await failureOf(localAdapter.verify(connection({ layout: 'claude-code' }), call()));
    assert.equal(failure.code, 'unprocessable:provider');
    assert.match(failure.message, /symbolic link/);
    assert.deepEqual(await readdir(join(parent, 'elsewhere')), []);
  });

  it('refuses a file in its place', async () => {
    await writeFile(path, '');
    assert.equal((await failureOf(localAdapter.verify(connection(), call()))).code, 'unprocessable:provider');
  });

  it('says so when it may not write', {
    skip: process.getuid?.() === 0 && 'root may write anywhere',
  }, async () => {
    await mkdir(path);
    await chmod(path, 0o500);
    assert.equal((await failureOf(localAdapter.verify(connection(), call()))).code, 'forbidden:provider');
  });
});

describe('the configuration of a local folder', () => {
  for (const wrong of ['skills', '/a/../b', '/a//b', '/a/', '/', '/a\u0000b', 7]) {
    it(`refuses the path ${JSON.stringify(wrong)}`, () => {
      assert.ok(!localAdapter.config.safeParse({ path: wrong }).success);
    });
  }

  it('knows the agents, and no others', () => {
    assert.ok(localAdapter.config.safeParse({ path: '/a', layout: 'goose' }).success);
    assert.ok(!localAdapter.config.safeParse({ path: '/a', layout: '../..' }).success);
  });
});

describe('installing into a local folder', () => {
  it('creates, replaces and recognises equal content', async () => {
    const created = await install(first);
    assert.deepEqual(created, {
      outcome: 'done',
      effect: 'created',
      externalId: 'csv-tools',
      externalVersion: first.digest,
      verifiedDigest: first.digest,
      providerRequestId: null,
    });
    const prior = { externalId: 'csv-tools', externalVersion: first.digest };
    const updated = await install(second, { prior });
    assert.equal(updated.outcome === 'done' && updated.effect, 'updated');
    const kept = await install(second, { prior: { ...prior, externalVersion: second.digest } });
    assert.equal(kept.outcome === 'done' && kept.effect, 'noop');
    assert.deepEqual(mutations, ['create', 'create_version']);
    assert.deepEqual(Object.keys(await contents(path)).sort(), [
      'csv-tools/SKILL.md',
      'csv-tools/assets/참고.bin',
    ]);
    assert.deepEqual(await leftovers(), []);
  });

  it('puts skills where the agent looks for them', async () => {
    await localAdapter.install(connection({ layout: 'codex' }), asking(first), call());
    assert.equal(await readFile(join(path, '.agents/skills/csv-tools/SKILL.md'), 'utf8'), '# one');
  });

  it('keeps a change of hand from being taken for the version', async () => {
    await install(first);
    await writeFile(join(path, 'csv-tools/notes.txt'), 'mine');
    const status = await localAdapter.status(
      connection(),
      { externalId: 'csv-tools', externalVersion: first.digest },
      call(),
    );
    assert.ok(status.present && status.digest !== null && status.digest !== first.digest);
    await install(first);
    assert.deepEqual(Object.keys(await contents(path)).length, 2);
  });

  it('never touches a folder that somebody else made', async () => {
    await mkdir(join(path, 'csv-tools'), { recursive: true });
    await writeFile(join(path, 'csv-tools/SKILL.md'), '# theirs');
    const failure = await failureOf(install(first));
    assert.equal(failure.code, 'conflict:provider');
    const remote = { externalId: 'csv-tools', externalVersion: first.digest };
    assert.equal(
      (await failureOf(localAdapter.uninstall(connection(), remote, call()))).code,
      'conflict:provider',
    );
    assert.deepEqual(await contents(path), { 'csv-tools/SKILL.md': '# theirs' });
    assert.deepEqual(mutations, []);
  });

  it('does not take an older folder for its own because of an open intent', async () => {
    await install(first);
    await rm(join(path, '.skillconvoy/csv-tools.json'));
    const inAnHour = new Date(Date.now() + 3_600_000);
    const failure = await failureOf(install(second, { openIntent: { since: inAnHour } }));
    assert.equal(failure.code, 'conflict:provider');
    const redone = await install(second, { openIntent: { since: new Date(Date.now() - 1000) } });
    assert.equal(redone.outcome === 'done' && redone.effect, 'updated');
  });

  it('finds its own work when the end of it was lost', async () => {
    await install(first);
    const again = await install(first, { openIntent: { since: new Date() } });
    assert.equal(again.outcome === 'done' && again.effect, 'created');
  });

  it('adopts equal files and records them', async () => {
    await mkdir(join(path, 'csv-tools'), { recursive: true });
    const skill = skillOf({ 'SKILL.md': '# theirs' });
    await writeFile(join(path, 'csv-tools/SKILL.md'), '# theirs');
    const adopted = await install(skill);
    assert.equal(adopted.outcome === 'done' && adopted.effect, 'noop');
    const remote = { externalId: 'csv-tools', externalVersion: null };
    assert.equal((await localAdapter.uninstall(connection(), remote, call())).effect, 'removed');
  });

  it('refuses a link in place of the skill, known or not, and leaves its target alone', async () => {
    const target = join(parent, 'elsewhere');
    await mkdir(target);
    await writeFile(join(target, 'SKILL.md'), '# one');
    await mkdir(path);
    await symlink(target, join(path, 'csv-tools'));
    const prior = { externalId: 'csv-tools', externalVersion: first.digest };
    for (const known of [{}, { prior }]) {
      assert.equal((await failureOf(install(second, known))).code, 'conflict:provider');
    }
    assert.equal(
      (await failureOf(localAdapter.uninstall(connection(), prior, call()))).code,
      'conflict:provider',
    );
    assert.deepEqual(await contents(target), { 'SKILL.md': '# one' });
  });

  it('does not read through a link inside a skill', async () => {
    await install(first);
    await rm(join(path, 'csv-tools/SKILL.md'));
    await writeFile(join(parent, 'secret'), '# one');
    await symlink(join(parent, 'secret'), join(path, 'csv-tools/SKILL.md'));
    const remote = { externalId: 'csv-tools', externalVersion: first.digest };
    const status = await localAdapter.status(connection(), remote, call());
    assert.deepEqual(status, {
      present: true,
      name: 'csv-tools',
      digest: null,
      externalId: 'csv-tools',
      externalVersion: null,
    });
    await install(first);
    assert.equal(await readFile(join(parent, 'secret'), 'utf8'), '# one');
  });

  for (const hostile of [
    '../up',
    '/etc/x',
    'a/../../x',
    'a\\b',
    'a\u0000b',
    '',
    './a',
    'a//b',
    'x'.repeat(256),
  ]) {
    it(`refuses the path ${JSON.stringify(hostile).slice(0, 20)}`, async () => {
      const skill = skillOf({ 'SKILL.md': '# one', [hostile]: 'x' });
      assert.equal((await failureOf(install(skill))).code, 'unprocessable:provider');
      assert.equal(localAdapter.refusals({ ...skill, files: [{ path: hostile, size: 1 }] }).length, 1);
      assert.deepEqual(await readdir(parent), ['skills']);
      assert.deepEqual(await contents(path), {});
      assert.deepEqual(await leftovers(), []);
    });
  }

  for (const name of ['..', '.skillconvoy', 'a/b', '', '.hidden']) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      assert.equal((await failureOf(install({ ...first, name }))).code, 'unprocessable:provider');
      await assert.rejects(readdir(path), { code: 'ENOENT' });
    });
  }

  it('stops between files and leaves what was there', async () => {
    await install(first);
    const controller = new AbortController();
    const stopping = call({
      signal: controller.signal,
      beforeMutation: async () => controller.abort(new Error('canceled')),
    });
    const failure = await failureOf(install(second, {}, stopping));
    assert.equal(failure.effect, 'not_applied');
    assert.equal(await readFile(join(path, 'csv-tools/SKILL.md'), 'utf8'), '# one');
    assert.deepEqual(await leftovers(), []);
  });

  it('changes nothing when it may no longer act', async () => {
    const refused = new Error('the lease is gone');
    const using = call({ beforeMutation: async () => await Promise.reject(refused) });
    await assert.rejects(install(first, {}, using), refused);
    assert.deepEqual(await readdir(parent), []);
  });

  it('lets different skills be installed at once', async () => {
    const skills = Array.from({ length: 8 }, (_, index) =>
      skillOf({ 'SKILL.md': `# ${index}` }, `skill-${index}`),
    );
    await Promise.all(skills.map(async (skill) => await install(skill)));
    const removed = skills.map(async ({ name }) => {
      const remote = { externalId: name, externalVersion: null };
      return await localAdapter.uninstall(connection(), remote, call());
    });
    assert.deepEqual(
      (await Promise.all(removed)).map(({ effect }) => effect),
      skills.map(() => 'removed'),
    );
  });

  it('gives back any files as they were, beside folders it leaves alone', async () => {
    await mkdir(join(path, 'foreign'), { recursive: true });
    await writeFile(join(path, 'foreign/SKILL.md'), 'theirs');
    await utimes(join(path, 'foreign'), 1, 1);
    const name = fc.stringMatching(/^[^/\\\p{C}]{1,20}$/u).filter((text) => text !== '.' && text !== '..');
    // A folder is never named as a file is, so that any set of paths can live together.
    const filePath = fc
      .tuple(fc.array(name, { maxLength: 3 }), name)
      .map(([folders, file]) => [...folders.map((folder) => `d${folder}`), `f${file}`].join('/'));
    const files = fc.uniqueArray(fc.tuple(filePath, fc.uint8Array({ maxLength: 64 })), {
      maxLength: 8,
      selector: ([path]) => path,
    });
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        const skill = skillOf({ ...Object.fromEntries(entries), 'SKILL.md': '#' });
        const result = await install(skill);
        assert.equal(result.outcome === 'done' && result.verifiedDigest, skill.digest);
        const remote = { externalId: 'csv-tools', externalVersion: null };
        const status = await localAdapter.status(connection(), remote, call());
        assert.equal(status.present && status.digest, skill.digest);
        assert.equal(Object.keys(await contents(path)).length, skill.files.length + 1);
      }),
      { numRuns: 60 },
    );
    assert.deepEqual(await contents(join(path, 'foreign')), { 'SKILL.md': 'theirs' });
    assert.equal((await stat(join(path, 'foreign'))).mtimeMs, 1000);
  });
});

describe('uninstalling from a local folder', () => {
  const remote = { externalId: 'csv-tools', externalVersion: first.digest };

  it('removes the folder and its record, and knows when there is nothing', async () => {
    await install(first);
    assert.equal((await localAdapter.uninstall(connection(), remote, call())).effect, 'removed');
    assert.deepEqual(await readdir(path), ['.skillconvoy']);
    assert.deepEqual(await readdir(join(path, '.skillconvoy')), []);
    assert.equal((await localAdapter.uninstall(connection(), remote, call())).effect, 'noop');
    assert.deepEqual(await localAdapter.status(connection(), remote, call()), { present: false });
    assert.deepEqual(mutations, ['create', 'delete']);
  });

  it('removes a link inside the skill, not what it leads to', async () => {
    await install(first);
    await mkdir(join(parent, 'elsewhere'));
    await writeFile(join(parent, 'elsewhere/kept'), '');
    await symlink(join(parent, 'elsewhere'), join(path, 'csv-tools/link'));
    await localAdapter.uninstall(connection(), remote, call());
    assert.deepEqual(await readdir(join(parent, 'elsewhere')), ['kept']);
  });

  it('does not follow a damaged record', async () => {
    await install(first);
    await rename(join(path, '.skillconvoy/csv-tools.json'), join(path, '.skillconvoy/other.json'));
    await writeFile(join(path, '.skillconvoy/csv-tools.json'), '{"skill":');
    const unknown = { externalId: 'csv-tools', externalVersion: null };
    const failure = await failureOf(localAdapter.uninstall(connection(), unknown, call()));
    assert.equal(failure.code, 'conflict:provider');
    assert.equal((await localAdapter.uninstall(connection(), remote, call())).effect, 'removed');
  });
});

describe('what a crash left behind', () => {
  it('is swept once nobody can be at work on it any more, and nothing else is', async () => {
    await install(first);
    const left = join(path, '.skillconvoy/new-0b8f2f0e-8f0e-4b7e-9d43-0123456789ab');
    await mkdir(join(left, 'scripts'), { recursive: true });
    await localAdapter.verify(connection(), call());
    assert.ok((await stat(left)).isDirectory());
    await sweepLeftovers(path, new Date(Date.now() + 2 * 3_600_000));
    assert.deepEqual(await readdir(join(path, '.skillconvoy')), ['csv-tools.json']);
    assert.equal(Object.keys(await contents(path)).length, 2);
  });
});

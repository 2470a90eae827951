/** Installing into a local folder: round trips, ownership, links, hostile names, interruption. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  contents,
  failureOf,
  first,
  LocalStand,
  second,
  skillOf,
} from '../../../test/support/local-stand.ts';
import type { ListedPage } from '../adapter.ts';
import { localAdapter } from './adapter.ts';

let stand: LocalStand;

beforeEach(async () => {
  stand = new LocalStand();
  await stand.open();
});
afterEach(async () => await stand.close());

describe('installing into a local folder', () => {
  it('creates, replaces and recognises equal content', async () => {
    const created = await stand.install(first);
    assert.deepEqual(created, {
      outcome: 'done',
      effect: 'created',
      externalId: 'csv-tools',
      externalVersion: first.digest,
      verifiedDigest: first.digest,
      providerRequestId: null,
    });
    const prior = { externalId: 'csv-tools', externalVersion: first.digest };
    const updated = await stand.install(second, { prior });
    assert.equal(updated.outcome === 'done' && updated.effect, 'updated');
    const kept = await stand.install(second, { prior: { ...prior, externalVersion: second.digest } });
    assert.equal(kept.outcome === 'done' && kept.effect, 'noop');
    assert.deepEqual(stand.mutations, ['create', 'create_version']);
    assert.deepEqual(Object.keys(await contents(stand.path)).sort(), [
      'csv-tools/SKILL.md',
      'csv-tools/assets/참고.bin',
    ]);
    assert.deepEqual(await stand.leftovers(), []);
  });

  it('lists folders with a SKILL.md, ours with a mark', async () => {
    assert.deepEqual(await localAdapter.list(stand.connection(), null, stand.call()), {
      skills: [],
      next: null,
    });
    await stand.install(first);
    for (const folder of ['by-hand', 'no-skill', '.hidden']) await mkdir(join(stand.path, folder));
    await writeFile(join(stand.path, 'by-hand/SKILL.md'), '# mine');
    await writeFile(join(stand.path, '.hidden/SKILL.md'), '# not looked at');
    await symlink(join(stand.path, 'by-hand'), join(stand.path, 'linked'));
    const { skills, next } = await localAdapter.list(stand.connection(), null, stand.call());
    assert.equal(next, null);
    assert.deepEqual(
      skills.map(({ externalId, mark }) => [externalId, mark !== null]),
      [
        ['by-hand', false],
        ['csv-tools', true],
      ],
    );
    assert.equal(skills[1]?.externalVersion, first.digest);
  });

  it('lists many folders over several pages', async () => {
    await stand.install(first);
    for (let number = 0; number < 120; number += 1) {
      await mkdir(join(stand.path, `made-${number}`));
      await writeFile(join(stand.path, `made-${number}/SKILL.md`), '# mine');
    }
    const found: string[] = [];
    let page: string | null = null;
    do {
      const listed: ListedPage = await localAdapter.list(stand.connection(), page, stand.call());
      found.push(...listed.skills.map((skill) => skill.externalId));
      page = listed.next;
    } while (page !== null);
    assert.equal(found.length, 121);
    assert.equal(new Set(found).size, 121);
  });

  it('puts skills where the agent looks for them', async () => {
    await localAdapter.install(
      stand.connection({ layout: 'codex' }),
      { package: first, prior: null, openIntent: null },
      stand.call(),
    );
    assert.equal(await readFile(join(stand.path, '.agents/skills/csv-tools/SKILL.md'), 'utf8'), '# one');
  });

  it('keeps a change of hand from being taken for the version', async () => {
    await stand.install(first);
    await writeFile(join(stand.path, 'csv-tools/notes.txt'), 'mine');
    const status = await localAdapter.status(
      stand.connection(),
      { externalId: 'csv-tools', externalVersion: first.digest },
      stand.call(),
    );
    assert.ok(status.present && status.digest !== null && status.digest !== first.digest);
    await stand.install(first);
    assert.deepEqual(Object.keys(await contents(stand.path)).length, 2);
  });

  it('never touches a folder that somebody else made', async () => {
    await mkdir(join(stand.path, 'csv-tools'), { recursive: true });
    await writeFile(join(stand.path, 'csv-tools/SKILL.md'), '# theirs');
    const failure = await failureOf(stand.install(first));
    assert.equal(failure.code, 'conflict:provider');
    const remote = { externalId: 'csv-tools', externalVersion: first.digest };
    assert.equal(
      (await failureOf(localAdapter.uninstall(stand.connection(), remote, stand.call()))).code,
      'conflict:provider',
    );
    assert.deepEqual(await contents(stand.path), { 'csv-tools/SKILL.md': '# theirs' });
    assert.deepEqual(stand.mutations, []);
  });

  it('does not take an older folder for its own because of an open intent', async () => {
    await stand.install(first);
    await rm(join(stand.path, '.skillconvoy/csv-tools.json'));
    const inAnHour = new Date(Date.now() + 3_600_000);
    const failure = await failureOf(stand.install(second, { openIntent: { since: inAnHour } }));
    assert.equal(failure.code, 'conflict:provider');
    const redone = await stand.install(second, { openIntent: { since: new Date(Date.now() - 1000) } });
    assert.equal(redone.outcome === 'done' && redone.effect, 'updated');
  });

  it('finds its own work when the end of it was lost', async () => {
    await stand.install(first);
    const again = await stand.install(first, { openIntent: { since: new Date() } });
    assert.equal(again.outcome === 'done' && again.effect, 'created');
  });

  it('knows a replacement that was cut off between taking the old one away and putting the new one there', async () => {
    const redone = async (more: object) => {
      await rm(join(stand.path, 'csv-tools'), { recursive: true });
      const again = await stand.install(second, more);
      return again.outcome === 'done' && again.effect;
    };
    const openIntent = { since: new Date() };
    await stand.install(first);
    assert.equal(await redone({ openIntent }), 'created', 'it was gone before');
    await stand.install(first);
    await stand.install(second);
    for (const _ of ['once', 'twice']) assert.equal(await redone({ openIntent }), 'updated');
    assert.equal(await redone({}), 'created', 'somebody took it away');
  });

  it('adopts equal files and records them', async () => {
    await mkdir(join(stand.path, 'csv-tools'), { recursive: true });
    const skill = skillOf({ 'SKILL.md': '# theirs' });
    await writeFile(join(stand.path, 'csv-tools/SKILL.md'), '# theirs');
    const adopted = await stand.install(skill);
    assert.equal(adopted.outcome === 'done' && adopted.effect, 'noop');
    const remote = { externalId: 'csv-tools', externalVersion: null };
    assert.equal((await localAdapter.uninstall(stand.connection(), remote, stand.call())).effect, 'removed');
  });

  it('refuses a link in place of the skill, known or not, and leaves its target alone', async () => {
    const target = join(stand.parent, 'elsewhere');
    await mkdir(target);
    await writeFile(join(target, 'SKILL.md'), '# one');
    await mkdir(stand.path);
    await symlink(target, join(stand.path, 'csv-tools'));
    const prior = { externalId: 'csv-tools', externalVersion: first.digest };
    for (const known of [{}, { prior }]) {
      assert.equal((await failureOf(stand.install(second, known))).code, 'conflict:provider');
    }
    assert.equal(
      (await failureOf(localAdapter.uninstall(stand.connection(), prior, stand.call()))).code,
      'conflict:provider',
    );
    assert.deepEqual(await contents(target), { 'SKILL.md': '# one' });
  });

  it('does not read through a link inside a skill', async () => {
    await stand.install(first);
    await rm(join(stand.path, 'csv-tools/SKILL.md'));
    await writeFile(join(stand.parent, 'secret'), '# one');
    await symlink(join(stand.parent, 'secret'), join(stand.path, 'csv-tools/SKILL.md'));
    const remote = { externalId: 'csv-tools', externalVersion: first.digest };
    const status = await localAdapter.status(stand.connection(), remote, stand.call());
    assert.deepEqual(status, {
      present: true,
      name: 'csv-tools',
      digest: null,
      externalId: 'csv-tools',
      externalVersion: null,
    });
    await stand.install(first);
    assert.equal(await readFile(join(stand.parent, 'secret'), 'utf8'), '# one');
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
      assert.equal((await failureOf(stand.install(skill))).code, 'unprocessable:provider');
      assert.equal(
        localAdapter.refusals({ ...skill, license: null, files: [{ path: hostile, size: 1 }] }).length,
        1,
      );
      assert.deepEqual(await readdir(stand.parent), ['skills']);
      assert.deepEqual(await contents(stand.path), {});
      assert.deepEqual(await stand.leftovers(), []);
    });
  }

  for (const name of ['..', '.skillconvoy', 'a/b', '', '.hidden']) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      assert.equal((await failureOf(stand.install({ ...first, name }))).code, 'unprocessable:provider');
      await assert.rejects(readdir(stand.path), { code: 'ENOENT' });
    });
  }

  it('stops between files and leaves what was there', async () => {
    await stand.install(first);
    const controller = new AbortController();
    const stopping = stand.call({
      signal: controller.signal,
      beforeMutation: async () => controller.abort(new Error('canceled')),
    });
    const failure = await failureOf(stand.install(second, {}, stopping));
    assert.equal(failure.effect, 'not_applied');
    assert.equal(await readFile(join(stand.path, 'csv-tools/SKILL.md'), 'utf8'), '# one');
    assert.deepEqual(await stand.leftovers(), []);
  });

  it('lets different skills be installed at once', async () => {
    const skills = Array.from({ length: 8 }, (_, index) =>
      skillOf({ 'SKILL.md': `# ${index}` }, `skill-${index}`),
    );
    await Promise.all(skills.map(async (skill) => await stand.install(skill)));
    const removed = skills.map(async ({ name }) => {
      const remote = { externalId: name, externalVersion: null };
      return await localAdapter.uninstall(stand.connection(), remote, stand.call());
    });
    assert.deepEqual(
      (await Promise.all(removed)).map(({ effect }) => effect),
      skills.map(() => 'removed'),
    );
  });

  it('gives back any files as they were, beside folders it leaves alone', async () => {
    await mkdir(join(stand.path, 'foreign'), { recursive: true });
    await writeFile(join(stand.path, 'foreign/SKILL.md'), 'theirs');
    await utimes(join(stand.path, 'foreign'), 1, 1);
    const name = fc.stringMatching(/^[^/\\\p{C}]{1,20}$/u).filter((text) => text !== '.' && text !== '..');
    // A folder is never named as a file is, so that any set of paths can live together.
    const filePath = fc
      .tuple(fc.array(name, { maxLength: 3 }), name)
      .map(([folders, file]) => [...folders.map((folder) => `d${folder}`), `f${file}`].join('/'));
    const files = fc.uniqueArray(fc.tuple(filePath, fc.uint8Array({ maxLength: 64 })), {
      maxLength: 8,
      selector: ([file]) => file,
    });
    await fc.assert(
      fc.asyncProperty(files, async (entries) => {
        const skill = skillOf({ ...Object.fromEntries(entries), 'SKILL.md': '#' });
        const result = await stand.install(skill);
        assert.equal(result.outcome === 'done' && result.verifiedDigest, skill.digest);
        const remote = { externalId: 'csv-tools', externalVersion: null };
        const status = await localAdapter.status(stand.connection(), remote, stand.call());
        assert.equal(status.present && status.digest, skill.digest);
        assert.equal(Object.keys(await contents(stand.path)).length, skill.files.length + 1);
      }),
      { numRuns: 60 },
    );
    assert.deepEqual(await contents(join(stand.path, 'foreign')), { 'SKILL.md': 'theirs' });
    assert.equal((await stat(join(stand.path, 'foreign'))).mtimeMs, 1000);
  });
});

/** Preparing and cleaning a local folder: what it needs, what is removed again, what a crash left. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { contents, failureOf, first, LocalStand } from '../../../test/support/local-stand.ts';
import { localAdapter } from './adapter.ts';
import { sweepLeftovers } from './skill-folder.ts';

let stand: LocalStand;

beforeEach(async () => {
  stand = new LocalStand();
  await stand.open();
});
afterEach(async () => await stand.close());

describe('verifying a local folder', () => {
  it('makes the folder and leaves nothing of its probe', async () => {
    const { latencyMs } = await localAdapter.verify(
      stand.connection({ layout: 'claude-code' }),
      stand.call(),
    );
    assert.ok(latencyMs >= 0);
    assert.deepEqual(stand.mutations, []);
    assert.deepEqual(await contents(stand.path), {});
    assert.ok((await stat(join(stand.path, '.claude/skills'))).isDirectory());
  });

  it('wants the parent to exist', async () => {
    const failure = await failureOf(
      localAdapter.verify(stand.connection({ path: join(stand.path, 'deeper') }), stand.call()),
    );
    assert.equal(failure.code, 'not_found:provider');
    assert.match(failure.message, /ENOENT.*create/);
  });

  it('refuses a link in place of a part of the path', async () => {
    await mkdir(join(stand.parent, 'elsewhere'));
    await mkdir(stand.path);
    await symlink(join(stand.parent, 'elsewhere'), join(stand.path, '.claude'));
    const failure = await failureOf(
      localAdapter.verify(stand.connection({ layout: 'claude-code' }), stand.call()),
    );
    assert.equal(failure.code, 'unprocessable:provider');
    assert.match(failure.message, /symbolic link/);
    assert.deepEqual(await readdir(join(stand.parent, 'elsewhere')), []);
  });

  it('refuses a file in its place', async () => {
    await writeFile(stand.path, '');
    assert.equal(
      (await failureOf(localAdapter.verify(stand.connection(), stand.call()))).code,
      'unprocessable:provider',
    );
  });

  it('says so when it may not write', {
    skip: process.getuid?.() === 0 && 'root may write anywhere',
  }, async () => {
    await mkdir(stand.path);
    await chmod(stand.path, 0o500);
    assert.equal(
      (await failureOf(localAdapter.verify(stand.connection(), stand.call()))).code,
      'forbidden:provider',
    );
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

describe('uninstalling from a local folder', () => {
  const remote = { externalId: 'csv-tools', externalVersion: first.digest };

  it('removes the folder and its record, and knows when there is nothing', async () => {
    await stand.install(first);
    assert.equal((await localAdapter.uninstall(stand.connection(), remote, stand.call())).effect, 'removed');
    assert.deepEqual(await readdir(stand.path), ['.skillconvoy']);
    assert.deepEqual(await readdir(join(stand.path, '.skillconvoy')), []);
    assert.equal((await localAdapter.uninstall(stand.connection(), remote, stand.call())).effect, 'noop');
    assert.deepEqual(await localAdapter.status(stand.connection(), remote, stand.call()), { present: false });
    assert.deepEqual(stand.mutations, ['create', 'delete']);
  });

  it('removes a link inside the skill, not what it leads to', async () => {
    await stand.install(first);
    await mkdir(join(stand.parent, 'elsewhere'));
    await writeFile(join(stand.parent, 'elsewhere/kept'), '');
    await symlink(join(stand.parent, 'elsewhere'), join(stand.path, 'csv-tools/link'));
    await localAdapter.uninstall(stand.connection(), remote, stand.call());
    assert.deepEqual(await readdir(join(stand.parent, 'elsewhere')), ['kept']);
  });

  it('does not follow a damaged record', async () => {
    await stand.install(first);
    await rename(
      join(stand.path, '.skillconvoy/csv-tools.json'),
      join(stand.path, '.skillconvoy/other.json'),
    );
    await writeFile(join(stand.path, '.skillconvoy/csv-tools.json'), '{"skill":');
    const unknown = { externalId: 'csv-tools', externalVersion: null };
    const failure = await failureOf(localAdapter.uninstall(stand.connection(), unknown, stand.call()));
    assert.equal(failure.code, 'conflict:provider');
    assert.equal((await localAdapter.uninstall(stand.connection(), remote, stand.call())).effect, 'removed');
  });
});

describe('what a crash left behind', () => {
  it('is swept once nobody can be at work on it any more, and nothing else is', async () => {
    await stand.install(first);
    const left = join(stand.path, '.skillconvoy/new-0b8f2f0e-8f0e-4b7e-9d43-0123456789ab');
    await mkdir(join(left, 'scripts'), { recursive: true });
    await localAdapter.verify(stand.connection(), stand.call());
    assert.ok((await stat(left)).isDirectory());
    await sweepLeftovers(stand.path, new Date(Date.now() + 2 * 3_600_000));
    assert.deepEqual(await readdir(join(stand.path, '.skillconvoy')), ['csv-tools.json']);
    assert.equal(Object.keys(await contents(stand.path)).length, 2);
  });
});

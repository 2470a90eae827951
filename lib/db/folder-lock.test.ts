/** The folder lock between real processes: kept from the living, taken from the dead, by one only. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Child, LIB, startChild } from '../../test/support/child-process.ts';
import { until } from '../../test/support/until.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';

/** Takes the lock, says so, and holds it until its input ends. */
const HOLD = `
  import { lockFolder } from '${LIB}/db/folder-lock.ts';
  const lock = await lockFolder(process.env.LOCKED_FOLDER);
  console.log('held');
  process.stdin.resume();
  process.stdin.once('end', () => lock.release());
`;

describe('folder lock', () => {
  let folder: string;
  let children: Child[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'skillconvoy-lock-'));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map((child) => child.ended));
    rmSync(folder, { recursive: true });
  });

  function startHolder(): Child {
    const child = startChild(HOLD, { LOCKED_FOLDER: folder });
    children.push(child);
    return child;
  }

  async function holding(): Promise<Child> {
    const child = startHolder();
    await until('the folder is held', () => child.lines.includes('held'));
    return child;
  }

  function writeHolder(path: string, holder: object): void {
    writeFileSync(join(folder, path), JSON.stringify(holder));
  }

  it('refuses a second process, which exits non-zero and names the first', async () => {
    const first = await holding();
    const second = startHolder();
    const { code } = await second.ended;
    assert.notEqual(code, 0);
    assert.match(second.errors(), new RegExp(`in use by process ${first.pid}\\b`));
    assert.equal(first.process.exitCode, null);
  });

  it('refuses the very process that holds it', async () => {
    const lock = await lockFolder(folder);
    await assert.rejects(lockFolder(folder), (error) => {
      assert.ok(error instanceof FolderInUseError);
      assert.equal(error.pid, process.pid);
      return true;
    });
    lock.release();
  });

  it('is free once released, and leaves no file behind', async () => {
    const first = await holding();
    first.process.stdin?.end();
    assert.deepEqual(await first.ended, { code: 0, signal: null });
    assert.deepEqual(readdirSync(folder), []);
    await holding();
  });

  it('is taken over from a process that was killed', async () => {
    const first = await holding();
    first.process.kill('SIGKILL');
    await first.ended;
    const second = await holding();
    const { pid } = JSON.parse(readFileSync(join(folder, 'skillconvoy.lock'), 'utf8')) as { pid: number };
    assert.equal(pid, second.pid);
  });

  it('is taken over when the pid now belongs to another process', async () => {
    writeHolder('skillconvoy.lock', { pid: process.pid, startedAt: '1', token: 'earlier' });
    const lock = await lockFolder(folder);
    lock.release();
  });

  it('is taken over by one only, when many find the same dead holder', async () => {
    writeHolder('skillconvoy.lock', { pid: 2 ** 22 + 1, startedAt: '1', token: 'dead' });
    const contenders = Array.from({ length: 6 }, startHolder);
    await until('all but one have given up', () => {
      return contenders.filter(({ process: { exitCode } }) => exitCode !== null).length === 5;
    });
    const winners = contenders.filter(({ process: { exitCode } }) => exitCode === null);
    assert.equal(winners.length, 1);
    await until('the winner says so', () => winners[0]?.lines.includes('held'));
    for (const loser of contenders.filter((contender) => contender !== winners[0])) {
      assert.match(loser.errors(), new RegExp(`in use by process ${winners[0]?.pid}\\b`));
    }
  });

  it('is taken over even when another died while taking it over', async () => {
    writeHolder('skillconvoy.lock', { pid: 2 ** 22 + 1, startedAt: '1', token: 'dead' });
    writeHolder('skillconvoy.lock.dead', { pid: 2 ** 22 + 2, startedAt: '1', token: 'dead-too' });
    const lock = await lockFolder(folder);
    assert.deepEqual(readdirSync(folder), ['skillconvoy.lock']);
    lock.release();
  });
});

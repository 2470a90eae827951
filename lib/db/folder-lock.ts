/** One process at a time on a data folder: a lock file that names its holder and outlives no crash. */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';

const LOCK_FILE = 'skillconvoy.lock';
/** How long a folder that another process is just taking over is waited for. */
const MAX_ROUNDS = 50;
const ROUND_MS = 20;

interface Holder {
  readonly pid: number;
  /** Clock ticks since boot at which the process started; a pid alone is used again by others. */
  readonly startedAt: string | null;
  readonly token: string;
}

export interface FolderLock {
  release(): void;
}

export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  readonly pid: number;

  constructor(folder: string, pid: number) {
    super(
      `${folder} is in use by process ${pid}. The embedded database serves one process at a time: ` +
        'stop that process, choose another DATA_DIR, or set DATABASE_URL.',
    );
    this.pid = pid;
  }
}

/** Takes the folder, or throws FolderInUseError. The lock of a process that died is taken over. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, LOCK_FILE);
  const me: Holder = { pid: process.pid, startedAt: startOf(process.pid), token: randomUUID() };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const obstacle = take(path, me);
    if (obstacle === null) return { release: () => rmSync(path, { force: true }) };
    if (!obstacle.isTakeover) throw new FolderInUseError(folder, obstacle.holder.pid);
    await pause(ROUND_MS);
  }
  throw new Error(
    `${path} changed hands ${MAX_ROUNDS} times; start again, or look for what keeps taking it.`,
  );
}

interface Obstacle {
  readonly holder: Holder;
  /** The holder is not of the lock, but of the right to take it from a dead one: soon over. */
  readonly isTakeover: boolean;
}

/**
 * Takes the file at `path` and returns null, or says who stands in the way. A dead holder is replaced only by whoever
 * holds a second lock named after it, and only while the file still names it: so never by two at once.
 */
function take(path: string, me: Holder): Obstacle | null {
  for (;;) {
    if (createWith(path, me)) return null;
    const holder = readHolder(path);
    if (holder === null) continue;
    if (isAlive(holder)) return { holder, isTakeover: false };

    const claim = `${path}.${holder.token}`;
    const obstacle = take(claim, me);
    if (obstacle !== null) return { ...obstacle, isTakeover: true };
    try {
      if (readHolder(path)?.token !== holder.token) continue;
      writeFileSync(`${path}.${me.token}.new`, JSON.stringify(me), { flush: true });
      renameSync(`${path}.${me.token}.new`, path);
      return null;
    } finally {
      rmSync(claim, { force: true });
    }
  }
}

/** A hard link is created or not, and with its whole content: a reader never finds an empty file. */
function createWith(path: string, me: Holder): boolean {
  const own = `${path}.${me.token}.new`;
  writeFileSync(own, JSON.stringify(me), { flush: true });
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function readHolder(path: string): Holder | null {
  try {
    // Only this file writes it, in one piece.
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function isAlive(holder: Holder): boolean {
  if (process.platform === 'linux') {
    const startedAt = startOf(holder.pid);
    return startedAt !== null && startedAt === holder.startedAt;
  }
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** When a process started, or null when it is gone (or dead and only waiting to be reaped). */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name and may hold anything; the others follow its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

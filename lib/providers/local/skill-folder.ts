/** One skill as a folder on disk: read as it is, written beside its place, put there by renaming. */
import { constants } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentDigest } from '../../kernel/content-digest.ts';
import type { Call, PackageFile } from '../adapter.ts';
import { DOWNLOAD_LIMITS } from '../archive.ts';
import { errnoOf, onDisk, orNullIfAbsent, refusal, stopIfAborted } from './disk-error.ts';
import { OWN_FOLDER, syncFolder, writeSynced } from './skills-root.ts';

/** What is at the place of a skill. `digest` is null when it is no folder of plain files, or far too large. */
export interface Found {
  readonly kind: 'folder' | 'link' | 'file';
  readonly digest: string | null;
  /** When the folder last changed: it was put there, or something in it was renamed. */
  readonly changedAt: Date;
}

/** Most file systems take no longer name. */
const MAX_NAME_BYTES = 255;

/** Null when a path of a package is safe to write below a folder, else what is wrong with it. */
export function pathProblem(path: string): string | null {
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..') return 'must be relative, without "." or ".."';
    if (/[\\\p{Cc}]/u.test(name)) return 'must have no backslash and no control character';
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `has a name longer than ${MAX_NAME_BYTES} bytes`;
  }
  return null;
}

/** The names of the folders in `root` that hold a skill, in order; empty when there is no such folder. */
export async function skillFolders(root: string): Promise<string[]> {
  const entries = (await orNullIfAbsent(readdir(root, { withFileTypes: true }))) ?? [];
  const names: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const skillMd = await orNullIfAbsent(lstat(join(root, entry.name, 'SKILL.md')));
    if (skillMd?.isFile()) names.push(entry.name);
  }
  return names.toSorted((one, other) => (one < other ? -1 : 1));
}

export async function readSkillFolder(place: string, call: Call): Promise<Found | null> {
  const found = await orNullIfAbsent(lstat(place));
  if (found === null) return null;
  const changedAt = found.ctime;
  if (!found.isDirectory())
    return { kind: found.isSymbolicLink() ? 'link' : 'file', digest: null, changedAt };
  const files = await readFiles(place, call);
  return { kind: 'folder', digest: files === null ? null : contentDigest(files), changedAt };
}

/** Null when there is anything but folders and plain files, or more than any skill of ours has. */
async function readFiles(place: string, call: Call): Promise<PackageFile[] | null> {
  const files: PackageFile[] = [];
  const folders = [''];
  let bytesLeft = DOWNLOAD_LIMITS.maxTotalBytes;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(join(place, folder), { withFileTypes: true })) {
      stopIfAborted(call);
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) folders.push(`${path}/`);
      else {
        const bytes = entry.isFile() ? await readPlainFile(join(place, path), bytesLeft) : null;
        if (bytes === null || files.length >= DOWNLOAD_LIMITS.maxFiles) return null;
        bytesLeft -= bytes.byteLength;
        files.push({ path, bytes });
      }
    }
  }
  return files;
}

/** Opened without following a link that took the file's place after it was listed. */
async function readPlainFile(path: string, maxBytes: number): Promise<Uint8Array | null> {
  const handle = await openUnlessLink(path);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    return size > maxBytes ? null : await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function openUnlessLink(path: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') return null;
    throw error;
  }
}

/** Writes the files into a new folder of ours and answers where. Nothing of it is left when that fails. */
export async function writeAside(root: string, files: readonly PackageFile[], call: Call): Promise<string> {
  const aside = join(root, OWN_FOLDER, `new-${randomUUID()}`);
  try {
    await mkdir(aside);
    const folders = new Set([aside]);
    for (const { path, bytes } of files) {
      stopIfAborted(call);
      const problem = pathProblem(path);
      if (problem !== null) throw refusal('unprocessable:provider', `a path of the skill ${problem}`);
      const target = join(aside, path);
      for (let folder = dirname(target); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
      await mkdir(dirname(target), { recursive: true });
      await writeSynced(target, bytes);
    }
    for (const folder of folders) await syncFolder(folder);
    return aside;
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

/** Puts `aside` in its place; what was there is moved away first, and back again when that fails. */
export async function swapIn(root: string, aside: string, place: string): Promise<string | null> {
  const replaced = await moveAway(root, place);
  try {
    await rename(aside, place);
  } catch (error) {
    if (replaced !== null) await onDisk(place, async () => await rename(replaced, place), 'unknown');
    throw error;
  }
  return replaced;
}

/** Takes a skill out of its place in one step, whole; answers where it is now, null when nothing was there. */
export async function moveAway(root: string, place: string): Promise<string | null> {
  const old = join(root, OWN_FOLDER, `old-${randomUUID()}`);
  return (await orNullIfAbsent(rename(place, old).then(() => true))) ? old : null;
}

/** Removes a folder that was moved away. Links in it are removed, not followed. */
export async function discard(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

const LEFT_AFTER_MS = 60 * 60 * 1000;

/** Removes what a crash left in our own folder; younger things may belong to an install under way. */
export async function sweepLeftovers(root: string, now: Date): Promise<void> {
  for (const name of await readdir(join(root, OWN_FOLDER))) {
    if (!/^(new|old|probe|record)-[0-9a-f-]{36}$/.test(name)) continue;
    const leftover = join(root, OWN_FOLDER, name);
    const found = await orNullIfAbsent(lstat(leftover));
    if (found && now.getTime() - found.ctimeMs > LEFT_AFTER_MS) await discard(leftover);
  }
}

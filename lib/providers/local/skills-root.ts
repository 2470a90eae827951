/** Where skills of a local connection live on disk, made step by step so that no link leads out of it. */
import { type FileHandle, lstat, mkdir, open, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import type { Connection } from '../adapter.ts';
import { limitFields } from '../limits.ts';
import agentSkillDirs from './agent-skill-dirs.json' with { type: 'json' };
import { onDisk, orNullIfAbsent, refusal } from './disk-error.ts';

const PROJECT_FOLDERS: ReadonlyMap<string, string> = new Map(
  agentSkillDirs.agents.map(({ id, project }) => [id, project]),
);

export const Config = z.strictObject({
  path: z
    .string()
    .min(2)
    .max(1024)
    .refine((path) => isAbsolute(path), 'must be an absolute path')
    .refine((path) => !/\p{Cc}/u.test(path), 'must have no control characters')
    .refine((path) => normalize(path) === path && !path.endsWith('/'), 'must have no "..", "." or "//"'),
  layout: z
    .enum([...PROJECT_FOLDERS.keys()])
    .optional()
    .describe('an agent whose project folder of skills is used below `path`'),
  ...limitFields,
});

/** Our own records and unfinished folders; agents look for skills beside it, never in it. */
export const OWN_FOLDER = '.skillconvoy';

/** Makes what is missing of the skills root; the parent of `path` must be there. */
export async function makeSkillsRoot(connection: Connection): Promise<string> {
  const { path, layout } = Config.parse(connection.config);
  await onDisk(dirname(path), async () => await lstat(dirname(path)));
  let folder = path;
  await makePlainFolder(folder);
  for (const name of [...layoutFolders(layout), OWN_FOLDER]) {
    folder = join(folder, name);
    await makePlainFolder(folder);
  }
  return dirname(folder);
}

function layoutFolders(layout: string | undefined): string[] {
  return (PROJECT_FOLDERS.get(layout ?? '') ?? '').split('/').filter((name) => name !== '');
}

async function makePlainFolder(folder: string): Promise<void> {
  await onDisk(folder, async () => {
    if (await isPlainFolder(folder)) return;
    await mkdir(folder).catch(async (error: unknown) => {
      // Another run may have made it a moment ago.
      if (!(await isPlainFolder(folder))) throw error;
    });
    await syncFolder(dirname(folder));
  });
}

/** False when nothing is there; refuses links, so that nothing is ever written outside `path`. */
async function isPlainFolder(folder: string): Promise<boolean> {
  const found = await orNullIfAbsent(lstat(folder));
  if (found === null) return false;
  if (found.isDirectory()) return true;
  const what = found.isSymbolicLink() ? 'a symbolic link' : 'not a folder';
  throw refusal(
    'unprocessable:provider',
    `${folder} is ${what}; replace it with a plain folder, or correct the path of the provider`,
  );
}

/** Refuses when a link has taken the place of a part of the skills root; missing parts are fine. */
export async function checkSkillsRoot(connection: Connection): Promise<string> {
  const { path, layout } = Config.parse(connection.config);
  let folder = path;
  for (const name of ['', ...layoutFolders(layout), OWN_FOLDER]) {
    folder = join(folder, name);
    await onDisk(folder, async () => await isPlainFolder(folder));
  }
  return dirname(folder);
}

/** Proves that files can be written, kept and removed there. */
export async function probeWriting(root: string): Promise<void> {
  const probe = join(root, OWN_FOLDER, `probe-${randomUUID()}`);
  await onDisk(root, async () => {
    await writeSynced(probe, Buffer.from('Written to see whether this folder can be used.\n'));
    await rm(probe);
  });
}

/** Writes a new file that survives a power cut; refuses an existing one, a link too. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  await withOpen(path, 'wx', async (handle) => {
    await handle.writeFile(bytes);
    await handle.sync();
  });
}

/** Makes what was renamed, added or removed in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  await withOpen(folder, 'r', async (handle) => await handle.sync());
}

async function withOpen(
  path: string,
  flags: string,
  work: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

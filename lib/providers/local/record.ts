/** Our own record of a skill put into a folder: who it belongs to is known even when the database is lost. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { orNullIfAbsent } from './disk-error.ts';
import { OWN_FOLDER, syncFolder, writeSynced } from './skills-root.ts';

const InstalledRecord = z.object({
  skill: z.string(),
  digest: z.string(),
  /** Something stood in its place before. */
  replaces: z.boolean().default(false),
});
export type InstalledRecord = z.output<typeof InstalledRecord>;

/** One file a skill, so that two installs at once into one folder never write the same file. */
function recordPath(root: string, skill: string): string {
  return join(root, OWN_FOLDER, `${skill}.json`);
}

/** Null when there is none, or none that can be read: then the skill counts as somebody else's. */
export async function readRecord(root: string, skill: string): Promise<InstalledRecord | null> {
  const text = await orNullIfAbsent(readFile(recordPath(root, skill), 'utf8'));
  if (text === null) return null;
  try {
    const parsed = InstalledRecord.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.skill === skill ? parsed.data : null;
  } catch {
    // Cut off or edited by hand: it proves nothing.
    return null;
  }
}

export async function writeRecord(root: string, record: InstalledRecord): Promise<void> {
  const unfinished = join(root, OWN_FOLDER, `record-${randomUUID()}`);
  await writeSynced(unfinished, Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
  await rename(unfinished, recordPath(root, record.skill));
  await syncFolder(join(root, OWN_FOLDER));
}

export async function removeRecord(root: string, skill: string): Promise<void> {
  await rm(recordPath(root, skill), { force: true });
  await syncFolder(join(root, OWN_FOLDER));
}

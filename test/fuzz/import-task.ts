/** Reads an archive of many skills as an import does: folders that make a bundle or are refused, and never too much. */
import assert from 'node:assert/strict';
import { AppError } from '../../lib/kernel/errors.ts';
import { makeBundle } from '../../lib/skills/bundle/bundle.ts';
import { type ImportSource, openArchiveImport } from '../../lib/skills/imports/import-source.ts';
import type { ArchiveInput } from './archive-task.ts';
import { checkBundle } from './archive-task.ts';
import { checkRefusal } from './refusal.ts';
import type { Task } from './task.ts';

const MAX_READ = 5;

export const importTask: Task = async (input) => {
  const { bytes } = input as ArchiveInput;
  const opened = await openArchiveImport(bytes, null).catch(refusalOf);
  if (opened instanceof AppError) return () => Promise.resolve(checkRefusal(opened));
  return async () => await checkFolders(opened);
};

/** What is no refusal is thrown on. */
function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}

async function checkFolders(source: ImportSource): Promise<string> {
  const paths = source.folders.map(({ path }) => path);
  assert.equal(new Set(paths).size, paths.length, 'a folder twice');
  for (const path of paths.slice(0, 100)) {
    assert.ok(
      !paths.some((other) => other !== path && (path === '' || other.startsWith(`${path}/`))),
      'a skill in a skill',
    );
  }
  const outcomes = new Set<string>();
  for (const folder of source.folders.slice(0, MAX_READ)) {
    const read = await source.read(folder);
    const made = read.ok ? makeBundle(read.files, folder.directoryName) : read;
    if (made.ok) await checkBundle(made.bundle);
    else assert.ok(made.issues.length > 0, 'a refusal without issues');
    outcomes.add(made.ok ? 'accepted' : 'a folder refused');
  }
  return [...outcomes].sort().join(' and ') || 'no skill in it';
}

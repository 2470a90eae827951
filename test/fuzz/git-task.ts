/** Reads what a git server answered as the catalogue does: files that make a bundle or are refused, and never too much. */
import assert from 'node:assert/strict';
import { makeBundle } from '../../lib/skills/bundle/bundle.ts';
import { MAX_FILES, MAX_TOTAL_BYTES } from '../../lib/skills/bundle/limits.ts';
import {
  type Call,
  type ReadFolder,
  RepositoryRefused,
  type ResultOf,
} from '../../lib/skills/sources/git-calls.ts';
import { GitObjects } from '../../lib/skills/sources/git-objects.ts';
import { type GitReader, startReader } from '../../lib/skills/sources/git-reader.ts';
import { readAdvertisement, readPackAnswer } from '../../lib/skills/sources/git-wire.ts';
import { directoryNameOf } from '../../lib/skills/sources/git.ts';
import { checkBundle } from './archive-task.ts';
import type { GitInput } from './git-cases.ts';
import type { Task } from './task.ts';

const THREAD_TIMEOUT_MS = 4000;
const MAX_READ = 5;

type Ask = <C extends Call>(call: C) => Promise<ResultOf<C>>;
type Found =
  | { readonly outcome: string }
  | { readonly folders: readonly (readonly [path: string, read: ReadFolder])[] };

export const gitTask: Task = async (input) => {
  const given = input as GitInput;
  const reader = given.inThread ? startReader() : null;
  const found = await read(given, reader === null ? await asking() : askingThread(reader)).catch(outcomeOf);
  await reader?.close();
  return async () => ('outcome' in found ? found.outcome : await checkFolders(found.folders));
};

async function read({ refs, answer, commit }: GitInput, ask: Ask): Promise<Found> {
  if (refs !== null) {
    const listed = await ask({ type: 'listed', bytes: refs });
    return { outcome: listed === null ? 'no list of refs' : 'a list of refs' };
  }
  const ids = await ask({ type: 'pack', bytes: answer ?? new Uint8Array() });
  if (ids === null) return { outcome: 'no pack' };
  const folders: [string, ReadFolder][] = [];
  const listed = await ask({ type: 'folders', commit, under: '' });
  for (const { path } of listed.slice(0, MAX_READ)) {
    folders.push([path, await ask({ type: 'folder', commit, path })]);
  }
  return { folders };
}

/** Whatever is thrown is answered as the server's fault; only a refusal says more. */
function outcomeOf(error: unknown): Found {
  if (error instanceof RepositoryRefused) return { outcome: `refused: ${error.message.slice(0, 60)}` };
  return { outcome: error instanceof Error ? 'could not be read' : 'nothing was thrown' };
}

async function asking(): Promise<Ask> {
  const objects = new GitObjects();
  await objects.open();
  return (async (call: Call) => {
    switch (call.type) {
      case 'listed':
        return readAdvertisement(Buffer.from(call.bytes));
      case 'pack': {
        const pack = readPackAnswer(Buffer.from(call.bytes));
        return pack === null ? null : await objects.addPack(pack);
      }
      case 'isCommit':
        return await objects.isCommit(call.oid);
      case 'folders':
        return await objects.folders(call.commit, call.under);
      case 'folder':
        return await objects.readFolder(call.commit, call.path);
    }
  }) as Ask;
}

function askingThread(reader: GitReader): Ask {
  return async (call) => await reader.ask(call, AbortSignal.timeout(THREAD_TIMEOUT_MS));
}

async function checkFolders(folders: readonly (readonly [string, ReadFolder])[]): Promise<string> {
  const outcomes = new Set<string>();
  for (const [path, folder] of folders) {
    if (!folder.ok) {
      assert.ok(folder.issues.length > 0, 'a refusal without issues');
      outcomes.add(`refused: ${folder.issues[0]?.message.slice(0, 60)}`);
      continue;
    }
    assert.ok(folder.files.length <= MAX_FILES, 'the number of files');
    assert.ok(
      folder.files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) <= MAX_TOTAL_BYTES,
      'the size',
    );
    const made = makeBundle(folder.files, directoryNameOf(path));
    if (made.ok) await checkBundle(made.bundle);
    else assert.ok(made.issues.length > 0, 'a refusal without issues');
    outcomes.add(made.ok ? 'accepted' : `refused: ${made.issues[0]?.message.slice(0, 60)}`);
  }
  return [...outcomes].join(' and ') || 'no skill in it';
}

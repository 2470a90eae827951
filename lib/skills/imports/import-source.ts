/** What an import reads: the folders of a repository or of an archive, each with its files or what is wrong with it. */
import { AppError } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/context.ts';
import type { Secret } from '../../kernel/secret.ts';
import { readSkillsArchive, type SkillsArchive } from '../bundle/archive.ts';
import { issuesForArchive } from '../bundle/issues.ts';
import { checkPath } from '../bundle/paths.ts';
import { SKILL_FILE } from '../bundle/skill-md.ts';
import { refsInRepository } from '../refs/record-refs.ts';
import { directoryNameOf, originOf } from '../sources/git.ts';
import type { ReadFolder } from '../sources/git-calls.ts';
import { openRepository } from '../sources/git-repository.ts';
import type { LoadedSource } from '../sources/load-source.ts';

export interface ImportFolder {
  /** Empty for the root. */
  readonly path: string;
  /** The name its skill must have; null where there is none. */
  readonly directoryName: string | null;
}

export interface ImportSource extends AsyncDisposable {
  readonly commit: string | null;
  /** In the order of their paths. */
  readonly folders: readonly ImportFolder[];
  read(folder: ImportFolder): Promise<ReadFolder>;
  /** Where a skill of this folder came from. */
  sourceOf(folder: ImportFolder): Pick<LoadedSource, 'origin' | 'repository'>;
}

export interface GitImport {
  readonly url: string;
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
  readonly token: Secret<string> | null;
  /** Where an earlier attempt began; it is not left, wherever the ref points by now. */
  readonly commit: string | null;
}

/** Throws what opening a repository throws. */
export async function openGitImport(ctx: Context, source: GitImport): Promise<ImportSource> {
  const repository = await openRepository(ctx, {
    url: source.url,
    ref: source.commit ?? source.ref,
    ...(source.token && { token: source.token }),
  });
  try {
    const folders = await repository.folders(source.path);
    return {
      commit: repository.commit,
      folders: folders.map(({ path }) => ({ path, directoryName: directoryNameOf(path) })),
      async read({ path }) {
        // What no bundle may be named is not looked for either.
        const wrong = path === '' ? null : checkPath(path);
        if (wrong !== null) return refusedFolder(wrong);
        return await repository.readFolder(path);
      },
      sourceOf({ path }) {
        const origin = { ...originOf(repository, source.url, path), ref: source.ref ?? 'HEAD' };
        const refs = refsInRepository({ ...origin, refs: repository.refs });
        return { origin, repository: { url: origin.url, path, token: source.token, refs } };
      },
      async [Symbol.asyncDispose]() {
        await repository[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await repository[Symbol.asyncDispose]();
    throw error;
  }
}

/** Throws `bad_request:api` when nothing of the archive can be read. */
export async function openArchiveImport(bytes: Uint8Array, fileName: string | null): Promise<ImportSource> {
  const archive = await readSkillsArchive(bytes);
  if (!archive.ok) {
    throw new AppError('bad_request:api', 'The archive is refused', {
      issues: issuesForArchive(archive.issues),
    });
  }
  const origin = { type: 'archive' as const, ...(fileName !== null && { fileName }) };
  return {
    commit: null,
    folders: foldersOf(archive),
    read: async ({ path }) => await Promise.resolve(readFromArchive(archive, path)),
    sourceOf: ({ path }) => ({ origin: { ...origin, ...(path !== '' && { path }) } }),
    [Symbol.asyncDispose]: async () => await Promise.resolve(),
  };
}

/** A SKILL.md that is itself refused still says that there is a skill. */
function foldersOf({ files, issues, directoryName }: SkillsArchive): ImportFolder[] {
  const paths = [...files.map(({ path }) => path), ...issues.map(({ file }) => file)];
  const found = new Set(paths.filter(isSkillFile).map(folderOf));
  return outermost([...found])
    .sort((one, other) => (one < other ? -1 : 1))
    .map((path) => ({ path, directoryName: path === '' ? directoryName : directoryNameOf(path) }));
}

/** Sorted with their final `/`, folders stand right behind the one they lie in. */
function outermost(paths: readonly string[]): string[] {
  const sorted = paths
    .map((path) => (path === '' ? '' : `${path}/`))
    .sort((one, other) => (one < other ? -1 : 1));
  const kept: string[] = [];
  for (const path of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !path.startsWith(last)) kept.push(path);
  }
  return kept.map((path) => path.slice(0, -1));
}

function readFromArchive({ files, issues }: SkillsArchive, path: string): ReadFolder {
  const wrong = path === '' ? null : checkPath(path);
  if (wrong !== null) return refusedFolder(wrong);
  const prefix = path === '' ? '' : `${path}/`;
  const isInside = (name: string): boolean => name.startsWith(prefix);
  const here = issues.filter(({ file }) => isInside(file));
  if (here.length > 0) {
    return { ok: false, issues: here.map((issue) => ({ ...issue, file: issue.file.slice(prefix.length) })) };
  }
  return {
    ok: true,
    files: files
      .filter((file) => isInside(file.path))
      .map(({ path: name, bytes }) => ({ path: name.slice(prefix.length), bytes })),
  };
}

function isSkillFile(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase() === SKILL_FILE.toLowerCase();
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function refusedFolder(message: string): ReadFolder {
  return { ok: false, issues: [{ file: '', line: null, message: `the path of the folder ${message}` }] };
}

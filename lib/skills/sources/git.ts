/** A folder of a git repository at one commit → its files, and what the version remembers of where they came from. */
import type { Context } from '../../kernel/context.ts';
import { Secret } from '../../kernel/secret.ts';
import { shownUrl } from './fetch-remote.ts';
import type { ReadFolder } from './git-calls.ts';
import { type GitRepository, openRepository } from './git-repository.ts';

export interface GitSource {
  readonly type: 'git';
  readonly url: string;
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
  /** Of a private repository; stays in this request. */
  readonly token?: string | undefined;
}

export interface GitOrigin {
  readonly type: 'git';
  readonly url: string;
  readonly ref: string;
  readonly path?: string;
  readonly commit: string;
}

export interface FetchedFolder {
  readonly folder: ReadFolder;
  readonly directoryName: string | null;
  readonly origin: GitOrigin;
  readonly refs: GitRepository['refs'];
}

/** The ref is resolved first; the commit it then means is what is fetched and recorded. */
export async function fetchFolder(ctx: Context, source: GitSource): Promise<FetchedFolder> {
  const token = source.token === undefined ? undefined : new Secret(source.token);
  await using repository = await openRepository(ctx, { url: source.url, ref: source.ref, token });
  const path = source.path ?? '';
  return {
    folder: await repository.readFolder(path),
    directoryName: directoryNameOf(path),
    origin: originOf(repository, source.url, path),
    refs: repository.refs,
  };
}

export function originOf(repository: GitRepository, url: string, path: string): GitOrigin {
  const { ref, commit } = repository;
  return { type: 'git', url: shownUrl(url), ref, ...(path !== '' && { path }), commit };
}

/** The name that a skill in this folder must have; null for the root, which has none. */
export function directoryNameOf(path: string): string | null {
  return path === '' ? null : (path.split('/').at(-1) ?? null);
}

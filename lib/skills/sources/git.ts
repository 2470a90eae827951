/** A folder of a git repository at one commit → its files, read in memory through our own way out. */
import git, { type GitHttpRequest, type GitHttpResponse, type HttpClient } from 'isomorphic-git';
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { MAX_ARCHIVE_ENTRIES, MAX_FILES, MAX_SOURCE_BYTES } from '../bundle/limits.ts';
import { badGateway, fetchRemote, openRemote, type Remote, refusedAt, shownUrl } from './fetch-remote.ts';
import { checkPack } from './git-pack.ts';
import { memoryFiles } from './memory-files.ts';

export interface GitSource {
  readonly type: 'git';
  readonly url: string;
  readonly ref?: string | undefined;
  readonly path?: string | undefined;
}

export interface FetchedFolder {
  readonly files: BundleFile[];
  readonly directoryName: string | null;
  readonly origin: {
    readonly type: 'git';
    readonly url: string;
    readonly ref: string;
    readonly commit: string;
  };
}

type Repository = Parameters<typeof git.readTree>[0];
type Found = { readonly oid: string; readonly isGivenCommit: boolean };

const INFO_REFS = '/info/refs?service=git-upload-pack';
const COMMIT = /^[0-9a-f]{40}$/;

/** The ref is resolved first; the commit it then means is what is fetched and recorded. */
export async function fetchFolder(ctx: Context, source: GitSource): Promise<FetchedFolder> {
  const remote = openRemote(ctx);
  const http = httpThrough(remote, source.url);
  const ref = source.ref ?? 'HEAD';
  try {
    const found = await resolveRef(http, source.url, ref);
    const repository = await fetchCommit(http, source.url, found);
    const commit = await commitOf(repository, found.oid);
    const files = await readFolder(repository, commit, source.path ?? '');
    return {
      files,
      directoryName: source.path?.split('/').at(-1) ?? null,
      origin: {
        type: 'git',
        url: shownUrl(source.url),
        ref,
        ...(source.path !== undefined && { path: source.path }),
        commit,
      },
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (remote.signal.aborted) throw tooSlow(source.url, error);
    throw badGateway(source.url, 'the repository could not be read', error);
  }
}

/** Everything git asks for goes through here; where the first question was redirected to, the others go too. */
function httpThrough(remote: Remote, repositoryUrl: string): HttpClient {
  let base = repositoryUrl;
  return {
    async request({ url, method, headers, body }: GitHttpRequest): Promise<GitHttpResponse> {
      const isFirst = method !== 'POST';
      const answer = await fetchRemote(remote, base + url.slice(repositoryUrl.length), {
        method: isFirst ? 'GET' : 'POST',
        headers: headers ?? {},
        ...(body && { body: await collected(body) }),
        maxBytes: MAX_SOURCE_BYTES,
        ...(!isFirst && { maxRedirects: 0 }),
      });
      if (isFirst) {
        if (!answer.url.endsWith(INFO_REFS))
          throw badGateway(answer.url, 'redirects to what is no repository');
        base = answer.url.slice(0, -INFO_REFS.length);
      }
      return {
        url,
        method: method ?? 'GET',
        headers: Object.fromEntries(answer.headers),
        statusCode: 200,
        statusMessage: 'OK',
        body: only(answer.bytes),
      };
    },
  };
}

async function collected(
  body: AsyncIterableIterator<Uint8Array> | Iterable<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

async function* only(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** A branch wins over a tag of the same name, as in git; a full commit id means itself. */
async function resolveRef(http: HttpClient, url: string, ref: string): Promise<Found> {
  const refs = await git.listServerRefs({ http, url, protocolVersion: 1 });
  const named = [ref, `refs/heads/${ref}`, `refs/tags/${ref}`].flatMap((name) =>
    refs.filter((each) => each.ref === name),
  )[0];
  if (named) return { oid: named.oid, isGivenCommit: false };
  if (COMMIT.test(ref)) return { oid: ref, isGivenCommit: true };
  throw refusedAt('/source/ref', 'the repository has no such branch, tag or commit');
}

async function fetchCommit(http: HttpClient, url: string, found: Found): Promise<Repository> {
  const repository = newRepository(url, found.oid);
  await git.init({ ...repository, bare: true });
  await git.addRemote({ ...repository, remote: 'origin', url });
  const options = { ...repository, http, url, ref: found.oid, remoteRef: found.oid, tags: false };
  const refused = await git.fetch({ ...options, depth: 1, singleBranch: true }).then(() => null, errorOf);
  if (refused instanceof AppError) throw refused;
  if (refused === null && (await hasObject(repository))) return repository;
  if (!found.isGivenCommit) {
    throw badGateway(url, 'what the ref named is gone; it was moved, so try again', refused);
  }
  // Many servers hand out a commit by its id only when a ref points at it, so look through the branches.
  await git.fetch({ ...options, ref: 'HEAD', remoteRef: 'HEAD', singleBranch: false });
  return repository;
}

function errorOf(error: unknown): unknown {
  return error;
}

/** Some servers refuse a commit by sending nothing. */
async function hasObject(repository: Repository): Promise<boolean> {
  return await git.readObject({ ...repository, format: 'deflated' }).then(
    () => true,
    () => false,
  );
}

function newRepository(url: string, oid: string): Repository {
  const fs = memoryFiles((path, bytes) => {
    if (!path.endsWith('.pack')) return;
    const wrong = checkPack(bytes);
    if (wrong !== null) throw badGateway(url, `the repository is refused: ${wrong}`);
  });
  return { fs, gitdir: '/repository', oid, cache: {} };
}

/** The commit behind an annotated tag. */
async function commitOf(repository: Repository, oid: string): Promise<string> {
  try {
    return (await git.readCommit({ ...repository, oid })).oid;
  } catch (error) {
    throw refusedAt('/source/ref', 'the repository has no such commit', error);
  }
}

async function readFolder(repository: Repository, commit: string, path: string): Promise<BundleFile[]> {
  const root = await readTree(repository, commit, path);
  const files: BundleFile[] = [];
  let entries = 0;
  const walk = async (oid: string, prefix: string): Promise<void> => {
    const { tree } = await git.readTree({ ...repository, oid });
    for (const entry of tree) {
      entries += 1;
      if (entries > MAX_ARCHIVE_ENTRIES) throw refusedAt('/source/path', 'the folder has too many entries');
      const name = `${prefix}${entry.path}`;
      if (entry.type === 'tree') await walk(entry.oid, `${name}/`);
      else files.push({ path: name, bytes: await readFile(repository, entry.oid, entry.mode, name) });
      if (files.length > MAX_FILES) throw refusedAt('/source/path', `a skill has at most ${MAX_FILES} files`);
    }
  };
  await walk(root, '');
  return files;
}

async function readTree(repository: Repository, commit: string, path: string): Promise<string> {
  try {
    const { oid } = await git.readTree({
      ...repository,
      oid: commit,
      ...(path !== '' && { filepath: path }),
    });
    return oid;
  } catch (error) {
    throw refusedAt('/source/path', 'the commit has no such folder', error);
  }
}

async function readFile(
  repository: Repository,
  oid: string,
  mode: string,
  name: string,
): Promise<Uint8Array> {
  if (mode.endsWith('120000')) throw refusedAt('/source/path', `${JSON.stringify(name)} is a symbolic link`);
  if (mode.endsWith('160000')) throw refusedAt('/source/path', `${JSON.stringify(name)} is a submodule`);
  return (await git.readBlob({ ...repository, oid })).blob;
}

function tooSlow(url: string, cause: unknown): AppError {
  return new AppError('timeout:skill', `${new URL(url).host} did not answer in time`, { cause });
}

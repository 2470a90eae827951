/** A git repository at one commit: opened once, then as many of its folders are read as are wanted. */
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import { badGateway, refusedAt, timedOut } from './fetch-remote.ts';
import { fetchTurns } from './fetch-turns.ts';
import {
  type Call,
  type ReadFolder,
  RepositoryRefused,
  type ResultOf,
  type SkillFolder,
} from './git-calls.ts';
import { type GitHttp, gitHttp } from './git-http.ts';
import { type GitReader, startReader } from './git-reader.ts';
import type { Advertisement, PackRequest, ServerRef } from './git-wire.ts';

export interface RepositoryAddress {
  readonly url: string;
  /** Branch, tag, commit or the first 7 digits or more of one; the default branch when left out. */
  readonly ref?: string | undefined;
  readonly token?: Secret<string> | undefined;
}

export interface GitRepository extends AsyncDisposable {
  /** 40 hexadecimal digits. When the ref was such itself, only reading shows whether the repository has it. */
  readonly commit: string;
  /** As it was asked for; `HEAD` when nothing was. */
  readonly ref: string;
  /** What the server lists at this very commit. */
  readonly refs: { readonly branches: readonly string[]; readonly tags: readonly string[] };
  /** Every folder with a SKILL.md in it, by path, in this one or the root; what lies inside such a folder belongs to it. */
  folders(under?: string): Promise<readonly SkillFolder[]>;
  /** The files of one folder, `''` for the root, or what is wrong with it. Throws `bad_request:api` at `/source/path` when it is not there. */
  readFolder(path: string): Promise<ReadFolder>;
}

interface Found {
  /** What the server is asked for: a commit, or the annotated tag before it. */
  readonly oid: string;
  readonly commit: string;
  readonly isGivenCommit: boolean;
}

const FULL_COMMIT = /^[0-9a-f]{40}$/;
const SHORT_COMMIT = /^[0-9a-f]{7,39}$/;

/**
 * Asks the server for its refs only; the commit is fetched when something is first read. Holds one of the process's
 * few turns until it is disposed of. Throws `bad_request:api` at `/source/url`, `/source/ref` or `/source/token`,
 * `bad_gateway:skill`, `timeout:skill` or `offline:skill`.
 */
export async function openRepository(ctx: Context, address: RepositoryAddress): Promise<GitRepository> {
  const endTurn = await fetchTurns.take(ctx.settings.providerTimeoutMs);
  const reader = startReader();
  const opened = new OpenRepository(ctx, address, reader, endTurn);
  try {
    await opened.find();
    return opened;
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

class OpenRepository implements GitRepository {
  readonly ref: string;
  readonly #timeoutMs: number;
  readonly #url: string;
  readonly #http: GitHttp;
  readonly #reader: GitReader;
  readonly #endTurn: () => void;
  #found: Found = { oid: '', commit: '', isGivenCommit: false };
  #listed: readonly ServerRef[] = [];
  #fetched: Promise<void> | undefined;

  constructor(ctx: Context, address: RepositoryAddress, reader: GitReader, endTurn: () => void) {
    this.#timeoutMs = ctx.settings.providerTimeoutMs;
    this.#url = address.url;
    this.#http = gitHttp(ctx, { url: address.url, token: address.token ?? null });
    this.#reader = reader;
    this.#endTurn = endTurn;
    this.ref = address.ref ?? 'HEAD';
  }

  get commit(): string {
    return this.#found.commit;
  }

  get refs(): GitRepository['refs'] {
    const at = this.#listed.filter(({ commit }) => commit === this.commit).map(({ name }) => name);
    const named = (prefix: string) =>
      at.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
    return { branches: named('refs/heads/'), tags: named('refs/tags/') };
  }

  async find(): Promise<void> {
    await this.#bounded(async (work) => {
      const listed = await work.listRefs();
      if (listed === null) throw new RepositoryRefused('server', 'does not answer as a git repository does');
      this.#listed = listed.refs;
      this.#found = await this.#resolve(work, listed);
    });
  }

  async folders(under = ''): Promise<readonly SkillFolder[]> {
    return await this.#read({ type: 'folders', commit: this.commit, under });
  }

  async readFolder(path: string): Promise<ReadFolder> {
    return await this.#read({ type: 'folder', commit: this.commit, path });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.close();
    this.#endTurn();
  }

  async #read<C extends Call>(call: C): Promise<ResultOf<C>> {
    this.#fetched ??= this.#bounded(async (work) => await this.#fetch(work));
    await this.#fetched;
    return await this.#bounded(async (work) => await work.ask(call));
  }

  /** A branch wins over a tag of the same name, as in git; both win over what could be a commit. */
  async #resolve(work: Work, { refs, capabilities }: Advertisement): Promise<Found> {
    for (const name of [this.ref, `refs/heads/${this.ref}`, `refs/tags/${this.ref}`]) {
      const found = refs.find((each) => each.name === name);
      if (found) return { oid: found.oid, commit: found.commit, isGivenCommit: false };
    }
    if (FULL_COMMIT.test(this.ref)) return { oid: this.ref, commit: this.ref, isGivenCommit: true };
    if (SHORT_COMMIT.test(this.ref)) {
      const commit = await this.#completed(work, refs, capabilities.has('filter'));
      return { oid: commit, commit, isGivenCommit: true };
    }
    throw new RepositoryRefused('ref', 'the repository has no such branch, tag or commit');
  }

  /** The one commit that begins so: among those with a name first, then in the history of the default branch. */
  async #completed(work: Work, refs: readonly ServerRef[], canFilter: boolean): Promise<string> {
    const named = startingWith(
      this.ref,
      refs.map(({ commit }) => commit),
    );
    const head = refs.find(({ name }) => name === 'HEAD');
    const matches = named.length > 0 || !head ? named : await this.#inHistory(work, head.oid, canFilter);
    const [commit, ...others] = matches;
    if (commit === undefined)
      throw new RepositoryRefused('ref', 'no branch, no tag and no commit of the default branch begins so');
    if (others.length > 0)
      throw new RepositoryRefused('ref', `${matches.length} commits begin so; write more of its digits`);
    return commit;
  }

  async #inHistory(work: Work, head: string, canFilter: boolean): Promise<string[]> {
    const ids = await work.fetchPack({ want: head, ...(canFilter && { filter: 'tree:0' }) });
    const commits: string[] = [];
    for (const oid of startingWith(this.ref, ids ?? []))
      if (await work.ask({ type: 'isCommit', oid })) commits.push(oid);
    return commits;
  }

  async #fetch(work: Work): Promise<void> {
    const { oid, isGivenCommit } = this.#found;
    if ((await work.fetchPack({ want: oid, depth: 1 })) !== null) return;
    if (!isGivenCommit)
      throw new RepositoryRefused('server', 'what the ref named is gone; it was moved, so try again');
    // Many servers hand out a commit by its id only when a ref points at it, so look through the default branch.
    const head = this.#listed.find(({ name }) => name === 'HEAD');
    const ids = head ? await work.fetchPack({ want: head.oid }) : null;
    if (ids?.includes(oid) !== true)
      throw new RepositoryRefused(
        'ref',
        'the repository has no such commit, or does not give it away by its id',
      );
  }

  /** Each step has its own time; whatever happens in it becomes an error that the caller can act on. */
  async #bounded<T>(act: (work: Work) => Promise<T>): Promise<T> {
    const url = this.#url;
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await act(workOn(this.#http, this.#reader, signal));
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (signal.aborted) throw timedOut(url, error);
      if (!(error instanceof RepositoryRefused))
        throw badGateway(url, 'the repository could not be read', error);
      if (error.at === 'server') throw badGateway(url, error.message, error);
      throw refusedAt(`/source/${error.at}`, error.message, error);
    }
  }
}

/** What one step works with, within its time. */
interface Work {
  listRefs(): Promise<Advertisement | null>;
  fetchPack(request: PackRequest): Promise<readonly string[] | null>;
  ask<C extends Call>(call: C): Promise<ResultOf<C>>;
}

function workOn(http: GitHttp, reader: GitReader, signal: AbortSignal): Work {
  return {
    listRefs: async () => await reader.ask({ type: 'listed', bytes: await http.listRefs(signal) }, signal),
    fetchPack: async (request) =>
      await reader.ask({ type: 'pack', bytes: await http.fetchPack(request, signal) }, signal),
    ask: async (call) => await reader.ask(call, signal),
  };
}

function startingWith(prefix: string, oids: readonly string[]): string[] {
  return [...new Set(oids.filter((oid) => oid.startsWith(prefix)))];
}

/** Refs that are not registered yet, looked up where the skills came from: bounded in time, number and size. */
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { ReadFolder } from '../sources/git-calls.ts';
import { bundleOfFolder, type LoadedSource } from '../sources/load-source.ts';
import { refsInRepository } from './record-refs.ts';
import { isForRepository } from './ref-names.ts';
import { readToken } from './repositories.ts';
import { type RepositoryRow, selectRepositories } from './repository-store.ts';
import { findVersions } from './resolve-ref.ts';
import { badGateway, timedOut } from '../sources/fetch-remote.ts';
import { directoryNameOf, originOf } from '../sources/git.ts';
import { type GitRepository, openRepository } from '../sources/git-repository.ts';
import type { SkillRow } from '../store.ts';

const MAX_REPOSITORIES = 4;
const MAX_BYTES = 64 * 1024 * 1024;

export interface FoundVersion {
  readonly skill: SkillRow;
  readonly loaded: LoadedSource;
}

/** A skill whose repository may know a ref that is not registered. */
export interface SkillToLookUp {
  readonly skill: SkillRow;
  readonly repository: RepositoryRow;
}

/** One repository with the skills that are read in it. */
interface Place {
  readonly url: string;
  readonly token: Secret<string> | null;
  readonly skills: readonly SkillToLookUp[];
}

/**
 * Those of the skills that do not have the ref here; none when it can be resolved neither here nor there.
 * Throws `conflict:skill` when it is ambiguous.
 */
export async function skillsToLookUp(
  ctx: Context,
  skills: readonly SkillRow[],
  ref: string,
): Promise<SkillToLookUp[]> {
  if (!isForRepository(ref)) return [];
  const here = await findVersions(ctx, skills, ref);
  const unknown = skills.filter((skill) => !here.has(skill.id));
  const rows = await selectRepositories(
    ctx,
    unknown.map((skill) => skill.id),
  );
  const found = unknown.flatMap((skill) => {
    const repository = rows.find((row) => row.skill_id === skill.id);
    return repository ? [{ skill, repository }] : [];
  });
  return found.length === unknown.length ? found : [];
}

/**
 * The skills as their repositories have them at the ref. Stores nothing. Throws `not_found:skill`,
 * `bad_gateway:skill`, `timeout:skill`, `offline:skill`, or `bad_request:api` for what is there but no skill.
 */
export async function findInRepositories(
  ctx: Context,
  skills: readonly SkillToLookUp[],
  ref: string,
): Promise<FoundVersion[]> {
  return await readAll(ctx, placesOf(ctx, skills), ref);
}

function placesOf(ctx: Context, skills: readonly SkillToLookUp[]): Place[] {
  const byPlace = Map.groupBy(
    skills,
    ({ repository: { url, token_fingerprint: token } }) => `${token ?? ''} ${url}`,
  );
  if (byPlace.size > MAX_REPOSITORIES)
    throw tooMuch(`they come from more than ${MAX_REPOSITORIES} repositories`);
  return [...byPlace.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return [{ url: first.repository.url, token: readToken(ctx, first.repository), skills: group }];
  });
}

async function readAll(ctx: Context, places: readonly Place[], ref: string): Promise<FoundVersion[]> {
  const [first] = places;
  if (!first) return [];
  // Each step at a repository has its own time, too; all of them together have this.
  const deadline = AbortSignal.timeout(2 * ctx.settings.providerTimeoutMs);
  const passed = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () => reject(timedOut(first.url, deadline.reason)), { once: true });
  });
  const reading = async (): Promise<FoundVersion[]> => {
    const found: FoundVersion[] = [];
    for (const place of places) {
      deadline.throwIfAborted();
      found.push(...(await readPlace(ctx, place, ref)));
      const bytes = found.reduce((sum, { loaded }) => sum + loaded.bundle.sizeBytes, 0);
      if (bytes > MAX_BYTES) throw tooMuch('together they are too large');
    }
    return found;
  };
  return await Promise.race([reading(), passed]);
}

async function readPlace(ctx: Context, { url, token, skills }: Place, ref: string): Promise<FoundVersion[]> {
  const at = { names: skills.map(({ skill }) => skill.name), ref, url };
  await using repository = await orExplained(openRepository(ctx, { url, ref, ...(token && { token }) }), at);
  const found: FoundVersion[] = [];
  for (const { skill, repository: row } of skills) {
    const own = { ...at, names: [skill.name] };
    const folder = await orExplained(repository.readFolder(row.path), own);
    found.push({ skill, loaded: loadedFrom(repository, folder, { path: row.path, ...own }) });
  }
  return found;
}

/** Whom it is looked up for, and where. */
interface LookedUp {
  readonly names: readonly string[];
  readonly ref: string;
  readonly url: string;
}

function loadedFrom(
  repository: GitRepository,
  folder: ReadFolder,
  at: LookedUp & { readonly path: string },
): LoadedSource {
  const { url, path } = at;
  const bundle = readBundle(folder, at);
  const { name } = bundle.manifest;
  if (!at.names.includes(name)) throw noSuchSkill(at, [`its SKILL.md is of ${name} there`]);
  return {
    bundle,
    origin: { ...originOf(repository, url, path) },
    repository: { url, path, token: null, refs: refsInRepository(repository) },
  };
}

function readBundle(folder: ReadFolder, at: LookedUp & { readonly path: string }): Bundle {
  try {
    return bundleOfFolder(folder, directoryNameOf(at.path));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw noSuchSkill(
      at,
      error.issues.map(({ message }) => message),
      error,
    );
  }
}

function noSuchSkill({ names, ref, url }: LookedUp, why: readonly string[], cause?: unknown): AppError {
  return new AppError(
    'bad_request:api',
    `What ${new URL(url).host} has at ${ref} cannot be registered as ${names.join(', ')}`,
    { issues: why.map((message) => ({ path: '/ref', message })), cause },
  );
}

/** What the source of a new version would be refused with, as an answer to somebody who only named a ref. */
async function orExplained<T>(asking: Promise<T>, { names, ref, url }: LookedUp): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'bad_request') throw error;
    const [issue = { path: '', message: error.detail }] = error.issues;
    const { host } = new URL(url);
    if (issue.path === '/source/ref' || issue.path === '/source/path') {
      const detail = `${names.join(', ')}: there is no version ${ref}, neither here nor at ${host}`;
      const issues = [{ path: '/ref', message: `${host}: ${issue.message}` }];
      throw new AppError('not_found:skill', detail, { issues, cause: error });
    }
    throw badGateway(url, `${issue.message}; add a version from git to set its address and token`, error);
  }
}

function tooMuch(why: string): AppError {
  return new AppError('bad_request:api', 'Too much would have to be fetched for one request', {
    issues: [
      { path: '/ref', message: `it is not registered for these skills yet and ${why}; ask for fewer` },
    ],
  });
}

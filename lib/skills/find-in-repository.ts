/** Refs that are not registered yet, looked up where the skills came from: bounded in time, number and size. */
import type { Context } from '../kernel/context.ts';
import { AppError, type Issue } from '../kernel/errors.ts';
import type { Secret } from '../kernel/secret.ts';
import { bundleOfFolder, type LoadedSource } from './sources/load-source.ts';
import { refsInRepository } from './record-refs.ts';
import { isForRepository } from './ref-names.ts';
import { readToken } from './repositories.ts';
import { type RepositoryRow, selectRepositories } from './repository-store.ts';
import { findVersions } from './resolve-ref.ts';
import { badGateway, timedOut } from './sources/fetch-remote.ts';
import { directoryNameOf, originOf } from './sources/git.ts';
import { type GitRepository, openRepository } from './sources/git-repository.ts';
import type { SkillRow } from './store.ts';

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
  const names = skills.map(({ skill }) => skill.name);
  await using repository = await openRepository(ctx, { url, ref, ...(token && { token }) }).catch(
    (error: unknown) => {
      throw explained(error, { names, ref, url });
    },
  );
  const found: FoundVersion[] = [];
  for (const {
    skill,
    repository: { path },
  } of skills) {
    try {
      found.push({ skill, loaded: await readSkill(repository, { skill, url, path }) });
    } catch (error) {
      throw explained(error, { names: [skill.name], ref, url });
    }
  }
  return found;
}

async function readSkill(
  repository: GitRepository,
  { skill, url, path }: { skill: SkillRow; url: string; path: string },
): Promise<LoadedSource> {
  const bundle = bundleOfFolder(await repository.readFolder(path), directoryNameOf(path));
  if (bundle.manifest.name !== skill.name) {
    throw new AppError('bad_request:api', 'It is another skill there', {
      issues: [{ path: '/source', message: `its SKILL.md is of ${bundle.manifest.name} there` }],
    });
  }
  return {
    bundle,
    origin: { ...originOf(repository, url, path) },
    repository: { url, path, token: null, refs: refsInRepository(repository) },
  };
}

/** What the source of a new version would be refused with, as an answer to somebody who named a ref. */
function explained(
  error: unknown,
  { names, ref, url }: { names: readonly string[]; ref: string; url: string },
): unknown {
  if (!(error instanceof AppError) || error.kind !== 'bad_request') return error;
  const [issue] = error.issues;
  const who = names.join(', ');
  const { host } = new URL(url);
  switch (issue?.path) {
    case '/source/ref':
    case '/source/path':
      return new AppError(
        'not_found:skill',
        `${who}: there is no version ${ref}, neither here nor at ${host}`,
        {
          issues: [{ path: '/ref', message: `${host}: ${issue.message}` }],
          cause: error,
        },
      );
    case '/source/url':
    case '/source/token':
      return badGateway(
        url,
        `${issue.message}; the address and token of ${who} are those of the last version from git`,
        error,
      );
    default:
      return new AppError(
        'bad_request:api',
        `${who}: what ${host} has at ${ref} is no skill that can be registered`,
        {
          issues: error.issues.map((each): Issue => ({ path: '/ref', message: each.message })),
          cause: error,
        },
      );
  }
}

function tooMuch(why: string): AppError {
  return new AppError('bad_request:api', 'Too much would have to be fetched for one request', {
    issues: [
      { path: '/ref', message: `it is not registered for these skills yet and ${why}; ask for fewer` },
    ],
  });
}

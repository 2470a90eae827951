/** Where a skill can be read again, with a token that is sealed to the skill and to that address. */
import { z } from 'zod';
import { recordAudit } from '../../audit/record.ts';
import type { Context, Environment, TxContext } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { Secret } from '../../kernel/secret.ts';
import { SecretBoxError } from '../../kernel/secret-box.ts';
import {
  type NewRepository,
  type RepositoryRow,
  selectRepositories,
  upsertRepository,
} from './repository-store.ts';
import { shownUrl } from '../sources/fetch-remote.ts';
import type { SkillSource } from '../sources/skill-source.ts';

export const Repository = z.object({
  url: z.string(),
  path: z.string().meta({ description: 'the folder of the skill; empty for the root' }),
  credential: z
    .object({
      hint: z.string(),
      fingerprint: z.string(),
      updatedAt: z.string().meta({ format: 'date-time' }),
    })
    .nullable()
    .meta({ description: 'of the stored token, which itself is never shown' }),
});
type Repository = z.infer<typeof Repository>;

/** Where a skill came from; the token is what was given for this address, if one was. */
export interface SourceRepository {
  readonly url: string;
  /** Empty for the root. */
  readonly path: string;
  readonly token: Secret<string> | null;
}

/** Null when `token_updated_at` and its like are. */
export function shapeRepository(row: {
  readonly repository_url: string | null;
  readonly repository_path: string | null;
  readonly token_hint: string | null;
  readonly token_fingerprint: string | null;
  readonly token_updated_at: Date | null;
}): Repository | null {
  const {
    repository_url: url,
    repository_path: path,
    token_hint: hint,
    token_fingerprint: fingerprint,
  } = row;
  if (url === null || path === null) return null;
  const updatedAt = row.token_updated_at?.toISOString();
  const hasToken = hint !== null && fingerprint !== null && updatedAt !== undefined;
  return { url, path, credential: hasToken ? { hint, fingerprint, updatedAt } : null };
}

/** Short tokens would be half told by their end. */
const SHORTEST_HINTED = 12;

/**
 * Remembers where the skill was read last. Without a token the stored one stays, but only at the same address.
 * The skill must be locked, or new in this transaction.
 */
export async function saveRepository(
  tx: TxContext,
  skill: { readonly id: string; readonly name: string },
  repository: SourceRepository,
): Promise<void> {
  const [stored] = await selectRepositories(tx, [skill.id]);
  const isSameUrl = stored?.url === repository.url;
  const token = tokenToStore(tx, skill.id, repository, isSameUrl ? stored : undefined);
  if (isSameUrl && stored.path === repository.path && token === 'kept') return;
  await upsertRepository(tx, skill.id, { url: repository.url, path: repository.path, token });
  const fingerprint = token === 'kept' ? (stored?.token_fingerprint ?? null) : (token?.fingerprint ?? null);
  await recordAudit(tx, {
    action: 'skill.set_repository',
    target: { type: 'skill', id: skill.id, name: skill.name },
    change: { host: new URL(repository.url).host, credential: fingerprint },
  });
}

function tokenToStore(
  env: Environment,
  skillId: string,
  { url, token }: SourceRepository,
  atSameUrl: RepositoryRow | undefined,
): NewRepository['token'] {
  if (token === null) return atSameUrl ? 'kept' : null;
  const fingerprint = env.secretBox.fingerprint(token);
  if (atSameUrl?.token_fingerprint === fingerprint) return 'kept';
  const text = token.reveal();
  return {
    sealed: env.secretBox.seal(token, repositoryTokenBinding(skillId, url)),
    hint: text.length < SHORTEST_HINTED ? '' : text.slice(-4),
    fingerprint,
  };
}

/** Null when there is none. Throws SecretBoxError when it cannot be opened. */
function openToken(
  env: Environment,
  row: Pick<RepositoryRow, 'skill_id' | 'url' | 'token_sealed'>,
): Secret<string> | null {
  return row.token_sealed === null
    ? null
    : env.secretBox.open(row.token_sealed, repositoryTokenBinding(row.skill_id, row.url));
}

/** The same, for whoever is at work on a request. Throws `conflict:skill` when it cannot be opened. */
export function readToken(env: Environment, row: RepositoryRow): Secret<string> | null {
  try {
    return openToken(env, row);
  } catch (cause) {
    if (!(cause instanceof SecretBoxError)) throw cause;
    throw new AppError(
      'conflict:skill',
      'The stored token of the repository cannot be opened with ENCRYPTION_KEY; add a version with `source.token` to store it again',
      { cause },
    );
  }
}

/** A git source of the skill's own repository, with the stored token if it came without one. */
export async function withStoredToken(
  ctx: Context,
  skillId: string,
  source: SkillSource,
): Promise<SkillSource> {
  if (source.type !== 'git' || source.token !== undefined) return source;
  const [stored] = await selectRepositories(ctx, [skillId]);
  if (stored?.url !== shownUrl(source.url)) return source;
  const token = readToken(ctx, stored);
  return token === null ? source : { ...source, token: token.reveal() };
}

/** A token opens for its own skill at this address only. */
export function repositoryTokenBinding(skillId: string, url: string): string[] {
  return ['skill_repositories', skillId, 'token', url];
}

export function sourceRepository(source: {
  readonly url: string;
  readonly path?: string | undefined;
  readonly token?: string | undefined;
}): SourceRepository {
  return {
    url: shownUrl(source.url),
    path: source.path ?? '',
    token: source.token === undefined ? null : new Secret(source.token),
  };
}

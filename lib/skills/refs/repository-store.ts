/** The SQL of `skill_repositories`. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';

/** What `shapeRepository` takes, for a query that has the repository as `repository`. */
export const REPOSITORY_COLUMNS = [
  'repository.url as repository_url',
  'repository.path as repository_path',
  'repository.token_hint',
  'repository.token_fingerprint',
  'repository.token_updated_at',
] as const;

export async function selectRepositories(ctx: Context, skillIds: readonly string[]) {
  if (skillIds.length === 0) return [];
  return await query(ctx)
    .selectFrom('skill_repositories')
    .selectAll()
    .where('skill_id', 'in', skillIds)
    .execute();
}

export type RepositoryRow = Awaited<ReturnType<typeof selectRepositories>>[number];

export interface StoredToken {
  readonly sealed: string;
  readonly hint: string;
  readonly fingerprint: string;
}

export interface NewRepository {
  readonly url: string;
  readonly path: string;
  /** `kept` leaves the one that is stored. */
  readonly token: StoredToken | 'kept' | null;
}

export async function upsertRepository(
  tx: TxContext,
  skillId: string,
  { url, path, token }: NewRepository,
): Promise<void> {
  const place = { url, path, updated_by: tx.principal.id };
  const tokenColumns = {
    token_sealed: token === 'kept' ? null : (token?.sealed ?? null),
    token_hint: token === 'kept' ? null : (token?.hint ?? null),
    token_fingerprint: token === 'kept' ? null : (token?.fingerprint ?? null),
    token_updated_at: token === 'kept' || token === null ? null : sql<Date>`now()`,
  };
  await query(tx)
    .insertInto('skill_repositories')
    .values({ skill_id: skillId, ...place, ...tokenColumns })
    .onConflict((conflict) =>
      conflict.column('skill_id').doUpdateSet({
        ...place,
        ...(token !== 'kept' && tokenColumns),
        updated_at: sql<Date>`now()`,
      }),
    )
    .execute();
}

/** With its token, for which nobody has a use any more. */
export async function deleteRepository(tx: TxContext, skillId: string): Promise<void> {
  await query(tx).deleteFrom('skill_repositories').where('skill_id', '=', skillId).execute();
}

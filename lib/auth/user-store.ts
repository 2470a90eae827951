/** The SQL of `users`: people of the identity provider, as they last came. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Environment, Principal, Role } from '../kernel/context.ts';

export async function upsertUser(env: Environment, user: Principal, tokenExpiresAt: Date): Promise<void> {
  if (user.role === 'system') return;
  const seen = { name: user.name, role: user.role, token_expires_at: tokenExpiresAt };
  await query(env)
    .insertInto('users')
    .values({ id: user.id, ...seen })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...seen, last_seen_at: sql<Date>`now()` }))
    .execute();
}

/** What they asked for may still be done an hour after their last token has ended; we are not told of more. */
export async function selectCurrentUser(
  env: Environment,
  id: string,
): Promise<{ name: string; role: Role } | undefined> {
  return await query(env)
    .selectFrom('users')
    .select(['name', 'role'])
    .where('id', '=', id)
    .where('token_expires_at', '>', sql<Date>`now() - interval '1 hour'`)
    .executeTakeFirst();
}

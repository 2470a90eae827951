/** Who asked for something that is done later → the same principal as it is now, or nobody. */
import type { Environment, Principal } from '../kernel/context.ts';
import { BOOTSTRAP } from './authenticate-key.ts';
import { selectUsableKeyById } from './store.ts';
import { selectCurrentUser } from './user-store.ts';

/** Null when the key was revoked or has expired since, or the person has not come for long. */
export async function currentPrincipal(
  env: Environment,
  asked: { readonly type: string; readonly id: string },
): Promise<Principal | null> {
  if (asked.type === 'bootstrap') return BOOTSTRAP;
  if (asked.type === 'user') {
    const user = await selectCurrentUser(env, asked.id);
    return user ? { type: 'user', id: asked.id, ...user } : null;
  }
  if (asked.type !== 'api_key') return null;
  const row = await selectUsableKeyById(env, asked.id);
  return row ? { type: 'api_key', id: row.id, name: row.name, role: row.role } : null;
}

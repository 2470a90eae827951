/** A bearer token → the principal it stands for. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Environment, Principal } from '../kernel/context.ts';
import { hashKey, isWellFormedKey } from './key-format.ts';
import { type KeyRow, selectUsableKey, touchKey } from './store.ts';

/** How long a key that was found may be used without looking again; a revoked one works no longer than this. */
const REMEMBERED_MS = 2000;
const REMEMBERED_KEYS = 1000;
const TOUCH_EVERY_MS = 60_000;

export interface KeyAuthenticator {
  /** Null when the token is not a key that may be used now. */
  authenticate(token: string): Promise<Principal | null>;
  /** Forgets what it remembers, so that a revoked key ends at once in this process. */
  forget(): void;
}

export function createKeyAuthenticator(env: Environment): KeyAuthenticator {
  const remembered = new Map<string, { principal: Principal; until: number }>();
  return {
    async authenticate(token) {
      // Compared as a whole before any check of its form: people choose it themselves.
      if (isBootstrapKey(env, token)) return BOOTSTRAP;
      if (!isWellFormedKey(token)) return null;
      const digest = hash('sha256', token);
      const known = remembered.get(digest);
      if (known && known.until > performance.now()) return known.principal;
      remembered.delete(digest);

      const row = await selectUsableKey(env, hashKey(token));
      if (!row) return null;
      if (!wasJustUsed(env, row)) await touchKey(env, row.id);
      const principal: Principal = { type: 'api_key', id: row.id, name: row.name, role: row.role };
      if (remembered.size >= REMEMBERED_KEYS) remembered.clear();
      remembered.set(digest, { principal, until: performance.now() + rememberedFor(env, row) });
      return principal;
    },
    forget() {
      remembered.clear();
    },
  };
}

/** No longer than the key lasts. */
function rememberedFor(env: Environment, row: KeyRow): number {
  if (row.expires_at === null) return REMEMBERED_MS;
  return Math.min(REMEMBERED_MS, row.expires_at.getTime() - env.clock.now().getTime());
}

/** Spares a statement that would change nothing; the statement itself decides by the database's clock. */
function wasJustUsed(env: Environment, row: KeyRow): boolean {
  if (row.last_used_at === null) return false;
  return Math.abs(env.clock.now().getTime() - row.last_used_at.getTime()) < TOUCH_EVERY_MS;
}

export const BOOTSTRAP: Principal = {
  type: 'bootstrap',
  id: 'bootstrap',
  name: 'bootstrap admin',
  role: 'admin',
};

function isBootstrapKey(env: Environment, token: string): boolean {
  const { adminApiKey } = env.settings;
  // Hashes have one length, as timingSafeEqual needs.
  return adminApiKey !== null && timingSafeEqual(hashKey(token), hashKey(adminApiKey));
}

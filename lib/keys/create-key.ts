/** Makes an API key and answers it, this once; only its hash is kept. */
import { recordAudit } from '../audit/record.ts';
import { hashKey, keyHint, makeKey } from '../auth/key-format.ts';
import { requireRole } from '../auth/principal.ts';
import { hasAnyKey, insertKey, lockKeys } from '../auth/store.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { CreatedKey, CreateKey } from './schema.ts';

export async function createKey(ctx: Context, input: CreateKey): Promise<CreatedKey> {
  requireRole(ctx, 'admin');
  const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt);
  if (expiresAt !== null && expiresAt <= ctx.clock.now()) {
    throw new AppError('bad_request:api', 'The key would have expired already', {
      issues: [{ path: '/expiresAt', message: 'must be in the future' }],
    });
  }
  const id = newId('key');
  const key = makeKey();
  const { name, role } = input;
  await transaction(ctx, async (tx) => {
    await insertKey(tx, { id, name, role, keyHash: hashKey(key), hint: keyHint(key), expiresAt });
    await recordAudit(tx, {
      action: 'key.create',
      target: { type: 'api_key', id, name },
      change: { role, expiresAt: expiresAt?.toISOString() ?? null },
    });
  });
  return { id, name, role, expiresAt: expiresAt?.toISOString() ?? null, key };
}

/** The first admin key, when nobody could log in otherwise; null when somebody can. */
export async function ensureFirstKey(ctx: Context): Promise<string | null> {
  if (ctx.settings.adminApiKey !== null) return null;
  return await transaction(ctx, async (tx) => {
    // Processes that start together make one key, not one each.
    await lockKeys(tx);
    if (await hasAnyKey(tx)) return null;
    return (await createKey(tx, { name: 'first admin key', role: 'admin' })).key;
  });
}

/** Forgets what is kept for a limited time only. */
import type { Context } from '../kernel/context.ts';
import { deleteIdempotencyKeys } from './store.ts';

const IDEMPOTENCY_KEY_AGE_MS = 24 * 3_600_000;

/** Returns how many idempotency keys were forgotten. */
export async function pruneIdempotencyKeys(ctx: Context): Promise<number> {
  return await deleteIdempotencyKeys(ctx, IDEMPOTENCY_KEY_AGE_MS);
}

/** Forgets old checks of connections. */
import type { Context } from '../kernel/context.ts';
import { deleteChecks } from './check-store.ts';

const CHECK_AGE_MS = 30 * 24 * 3_600_000;

/** Returns how many were forgotten. */
export async function pruneChecks(ctx: Context): Promise<number> {
  return await deleteChecks(ctx, CHECK_AGE_MS);
}

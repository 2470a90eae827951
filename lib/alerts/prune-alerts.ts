/** Forgets alerts that are long past, with their deliveries. */
import type { Context } from '../kernel/context.ts';
import { deleteAlerts } from './alert-store.ts';

const KEPT_MS = 90 * 24 * 3_600_000;

/** Returns how many were forgotten. */
export async function pruneAlerts(ctx: Context): Promise<number> {
  return await deleteAlerts(ctx, KEPT_MS);
}

/** Verifies every connection that is switched on, one after the other; for the schedule. */
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { listConnections } from './read-connections.ts';
import { verifyConnection } from './verify-connection.ts';

const PAGE = 100;

export async function verifyConnections(ctx: Context): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await listConnections(ctx, { filter: {}, limit: PAGE, cursor });
    for (const connection of page.items) {
      if (connection.status !== 'inactive') await verifyUnlessChanged(ctx, connection.id);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/**
 * A connection that somebody changes or removes meanwhile is verified by that change, or needs no check. Whatever is
 * wrong with one, the others have their turn.
 */
async function verifyUnlessChanged(ctx: Context, id: string): Promise<void> {
  try {
    await verifyConnection(ctx, id, 'schedule');
  } catch (error) {
    const isMoot =
      error instanceof AppError &&
      (error.code === 'conflict:provider' || error.code === 'not_found:provider');
    if (!isMoot) ctx.log.warn({ err: error, providerId: id }, 'a provider could not be verified');
  }
}

/** Forgets what is kept for a limited time only: runs with their batches, their events, and idempotency keys. */
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { daysAgo } from '../kernel/clock.ts';
import { deleteBatches, deleteEvents, selectOldBatches } from './prune-store.ts';
import { deleteIdempotencyKeys } from './store.ts';

const HOUR_MS = 3_600_000;
const BATCHES_AT_ONCE = 200;
const EVENTS_AT_ONCE = 5000;

/** Returns how many idempotency keys were forgotten. */
export async function pruneIdempotencyKeys(ctx: Context): Promise<number> {
  return await deleteIdempotencyKeys(ctx, ctx.settings.retention.idempotencyKeyHours * HOUR_MS);
}

/** Returns how many runs were forgotten; those that tell what is installed now are kept. */
export async function pruneRuns(ctx: Context, isStopped: () => boolean = () => false): Promise<number> {
  const before = daysAgo(ctx, ctx.settings.retention.runDays);
  if (before === null) return 0;
  let forgotten = 0;
  for (let afterId: string | null = ''; afterId !== null && !isStopped(); ) {
    const page = { afterId, limit: BATCHES_AT_ONCE };
    const done: { runs: number; lastId: string | null } = await transaction(ctx, async (tx) => {
      const { ids, lastId } = await selectOldBatches(tx, before, page);
      return { runs: await deleteBatches(tx, ids), lastId };
    });
    forgotten += done.runs;
    afterId = done.lastId;
  }
  return forgotten;
}

/** Returns how many events were forgotten. */
export async function pruneEvents(ctx: Context, isStopped: () => boolean = () => false): Promise<number> {
  const before = daysAgo(ctx, ctx.settings.retention.eventDays);
  if (before === null) return 0;
  let forgotten = 0;
  for (let deleted = EVENTS_AT_ONCE; deleted === EVENTS_AT_ONCE && !isStopped(); ) {
    deleted = await deleteEvents(ctx, before, EVENTS_AT_ONCE);
    forgotten += deleted;
  }
  return forgotten;
}

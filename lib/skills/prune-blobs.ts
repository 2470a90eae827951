/** Gives back the room of files that no version of a skill needs any more. */
import type { Context } from '../kernel/context.ts';
import { daysAgo } from '../kernel/clock.ts';
import { deleteUnneededBlobs } from './blob-store.ts';

const AT_ONCE = 5000;

/** Returns how many files were forgotten. */
export async function pruneBlobs(ctx: Context, isStopped: () => boolean = () => false): Promise<number> {
  const before = daysAgo(ctx, ctx.settings.retention.blobDays);
  if (before === null) return 0;
  let forgotten = 0;
  for (let deleted = AT_ONCE; deleted === AT_ONCE && !isStopped(); ) {
    deleted = await deleteUnneededBlobs(ctx, before, AT_ONCE);
    forgotten += deleted;
  }
  return forgotten;
}

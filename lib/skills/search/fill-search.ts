/** Completes skills that an older version of the program wrote, so that search and filters find them. */
import { transaction } from '../../db/database.ts';
import type { Context } from '../../kernel/context.ts';
import { compatibleKinds } from '../versions/compatibility.ts';
import { describeAgain, lockUndescribed } from '../store.ts';

const BATCH = 200;

/** Batch by batch, each in a transaction of its own; what is left undone is done the next time. Answers how many. */
export async function fillSearch(ctx: Context): Promise<number> {
  for (let filled = 0; ; ) {
    const batch = await transaction(ctx, async (tx) => {
      const rows = await lockUndescribed(tx, BATCH);
      for (const { manifest, files, ...skill } of rows) {
        await describeAgain(tx, skill, compatibleKinds({ manifest, files }));
      }
      return rows.length;
    });
    filled += batch;
    if (batch < BATCH) return filled;
  }
}

/** Takes away audit records that are older than they are to be kept; their signed roots stay. */
import { TILE_WIDTH } from './merkle.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { deleteSealed, selectPrunable } from './prune-store.ts';
import { recordAudit } from './record.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const TILES_AT_ONCE = 16;

/** Does nothing unless AUDIT_RETENTION_DAYS is set. The number of the last record that is gone, null for none. */
export async function pruneAudit(ctx: Context): Promise<number | null> {
  const days = ctx.settings.auditRetentionDays;
  if (days === null) return null;
  const before = new Date(ctx.clock.now().getTime() - days * DAY_MS);
  let pruned: number | null = null;
  for (;;) {
    const last = await transaction(ctx, async (tx) => {
      const through = await selectPrunable(tx, before);
      const gone = await deleteSealed(tx, through, TILES_AT_ONCE * TILE_WIDTH);
      if (gone !== null)
        await recordAudit(tx, {
          action: 'audit.prune',
          target: { type: 'audit_log', id: 'audit_log' },
          change: { through: gone, retentionDays: days },
        });
      return gone;
    });
    if (last === null) return pruned;
    pruned = last;
  }
}

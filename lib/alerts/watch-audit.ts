/** Standing work: reads the sealed audit log, each record once and in its order, and raises what people want to know. */
import { transaction } from '../db/database.ts';
import type { Workload } from '../jobs/workload.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { insertAlerts, moveWatch, tryLockWatch } from './alert-store.ts';
import { alertsOf, batchAlert, checkpointAlert, endedRuns } from './alerts-of.ts';
import { brokenLog } from './check-audit.ts';
import { selectFailedBatches, selectLastSeq, selectUntoldCheckpoint, selectWatched } from './watch-store.ts';

const LOOK_EVERY_MS = 1000;
const SEALS_AT_ONCE = 5000;

export function watchWorkload(ctx: Context): Workload {
  return {
    name: 'alerts',
    channel: null,
    everyMs: LOOK_EVERY_MS,
    next: async () => await transaction(ctx, watchOn),
  };
}

/** True when there is more to look through. The position moves with what it raised, or neither. */
async function watchOn(tx: TxContext): Promise<boolean> {
  const position = await tryLockWatch(tx);
  if (position === null) return false;
  const checkpoint = await selectUntoldCheckpoint(tx);
  if (checkpoint !== null) await insertAlerts(tx, [checkpointAlert(checkpoint)]);
  const last = await selectLastSeq(tx);
  if (last === position) return false;
  if (last < position) {
    await insertAlerts(tx, [brokenLog({ seq: last + 1, id: null, what: 'records were taken from its end' })]);
    await moveWatch(tx, last);
    return false;
  }
  const through = Math.min(last, position + SEALS_AT_ONCE);
  const records = await selectWatched(tx, position, through);
  const batches = await selectFailedBatches(tx, endedRuns(records));
  const alerts = [...alertsOf(records), ...batches.map(batchAlert)];
  if (alerts.length > 0) await insertAlerts(tx, alerts);
  await moveWatch(tx, through);
  return through < last;
}

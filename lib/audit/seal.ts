/** Seals what was recorded: gives each record its place in the chain, and signs how far the chain has come. */
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { canonicalRecord, CHAIN_START, hashesOf } from './chain.ts';
import { signCheckpoint } from './checkpoint.ts';
import { rootOf } from './merkle.ts';
import {
  deleteUnsealed,
  hasUnsealed,
  insertCheckpoint,
  insertSeals,
  insertTiles,
  selectLastCheckpoint,
  selectLastSeal,
  selectUnsealed,
  type Seal,
  sealerLock,
  type StoredCheckpoint,
  trySealerLock,
} from './seal-store.ts';
import { storedSubtrees, tilesFilledBy } from './tree.ts';

const MOST_AT_ONCE = 1000;
const CHECKPOINT_EVERY = 1000;
const CHECKPOINT_AFTER_MS = 60_000;

/** Seals a share of what waits, at most a thousand records; another process may be at it already. True for more to do. */
export async function sealRecorded(ctx: Context): Promise<boolean> {
  if (!(await hasUnsealed(ctx)) && !(await isCheckpointDue(ctx))) return false;
  return await transaction(ctx, async (tx) => {
    if (!(await trySealerLock(tx))) return false;
    const sealed = await sealNext(tx);
    if (await isCheckpointDue(tx)) await addCheckpoint(tx);
    return sealed === MOST_AT_ONCE;
  });
}

/** Seals all that waits now and signs it; what is the newest checkpoint after that. */
export async function checkpointNow(ctx: Context): Promise<StoredCheckpoint | null> {
  await transaction(ctx, async (tx) => {
    await sealerLock(tx);
    while ((await sealNext(tx)) === MOST_AT_ONCE);
    const [seal, checkpoint] = [await selectLastSeal(tx), await selectLastCheckpoint(tx)];
    if (seal !== null && seal.seq > (checkpoint?.size ?? 0)) await addCheckpoint(tx);
  });
  return await selectLastCheckpoint(ctx);
}

/** In the order of writing among what is committed, so a later record never comes before one it could have seen. */
async function sealNext(tx: TxContext): Promise<number> {
  const rows = await selectUnsealed(tx, MOST_AT_ONCE);
  if (rows.length === 0) return 0;
  const last = await selectLastSeal(tx);
  let hash = last?.hash ?? CHAIN_START;
  const seals = rows.map((row, index): Seal => {
    const seq = (last?.seq ?? 0) + index + 1;
    const record = canonicalRecord(row, seq);
    const { leaf, chain } = hashesOf(hash, record);
    hash = chain;
    return { seq, auditId: row.id, leaf, hash };
  });
  await insertTiles(tx, await tilesFilledBy(tx, seals));
  await insertSeals(tx, seals);
  await deleteUnsealed(
    tx,
    rows.map(({ position }) => position),
  );
  return rows.length;
}

/** After a thousand records, or a minute with any. */
async function isCheckpointDue(ctx: Context): Promise<boolean> {
  const [seal, checkpoint] = [await selectLastSeal(ctx), await selectLastCheckpoint(ctx)];
  if (seal === null || seal.seq === checkpoint?.size) return false;
  if (checkpoint === null) return true;
  const age = ctx.clock.now().getTime() - checkpoint.createdAt.getTime();
  return seal.seq - checkpoint.size >= CHECKPOINT_EVERY || age >= CHECKPOINT_AFTER_MS;
}

async function addCheckpoint(tx: TxContext): Promise<void> {
  const seal = await selectLastSeal(tx);
  if (!seal) return;
  const root = await rootOf(0, seal.seq, storedSubtrees(tx));
  const note = signCheckpoint(tx.noteSigner, {
    size: seal.seq,
    root,
    chain: seal.hash,
    time: tx.clock.now(),
  });
  await insertCheckpoint(tx, seal.seq, note);
}

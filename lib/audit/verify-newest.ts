/** Whether the newest part of the audit log fits what was signed last: a look that costs little, however long the log is. */
import type { Context } from '../kernel/context.ts';
import { readAnchors } from './anchor-file.ts';
import { canonicalRecord, CHAIN_START, hashesOf } from './chain.ts';
import { readCheckpoint } from './checkpoint.ts';
import { TILE_WIDTH, rootOf } from './merkle.ts';
import { selectLastCheckpoint, selectLastSeal, selectTiles } from './seal-store.ts';
import { storedSubtrees } from './tree.ts';
import { readPage } from './sealed-page.ts';
import { selectFirstSeq, selectSealedPage } from './verify-store.ts';

export interface NewestVerified {
  /** What does not fit, as one clause; null when all that was looked at does. */
  readonly broken: string | null;
  /** Of the last checkpoint; 0 when nothing is signed yet. */
  readonly size: number;
  readonly signedAt: Date | null;
  /** How many of the newest records were computed anew. */
  readonly checked: number;
}

/** Looks at the last checkpoint here, the last one in the anchor file, and the newest records. */
export async function verifyNewest(ctx: Context): Promise<NewestVerified> {
  const [seal, stored] = [await selectLastSeal(ctx), await selectLastCheckpoint(ctx)];
  const anchor = (await readAnchors(ctx.settings.auditAnchorFile)).at(-1);
  const log: Log = { length: seal?.seq ?? 0, first: (await selectFirstSeq(ctx)) ?? 1 };
  const records = await newestRecords(ctx, log);
  const broken =
    (await compare(ctx, stored, 'checkpoint', log)) ??
    (await compare(ctx, anchor, 'anchor', log)) ??
    records.broken;
  return { broken, size: stored?.size ?? 0, signedAt: stored?.createdAt ?? null, checked: records.checked };
}

interface Log {
  /** Records that were sealed, gone ones with them. */
  readonly length: number;
  /** The first that retention has left. */
  readonly first: number;
}

async function compare(
  ctx: Context,
  signed: { readonly size: number; readonly note: string } | null | undefined,
  from: 'checkpoint' | 'anchor',
  { length, first }: Log,
): Promise<string | null> {
  if (!signed) return null;
  const content = readCheckpoint(ctx.noteSigner, signed.note);
  if (content === 'unknown_key') return null;
  if (content === null || content.size !== signed.size)
    return `the ${from} at ${signed.size} has no valid signature`;
  if (content.size > length) return `the log was cut off: the ${from} at ${content.size} covers more`;
  // Retention leaves the roots of whole tiles only.
  if (first > content.size) return null;
  const root = await rootOf(0, content.size, storedSubtrees(ctx));
  return root.equals(content.root) ? null : `the log differs from the ${from} signed at ${content.size}`;
}

/** Those of the last tile that was begun. */
async function newestRecords(
  ctx: Context,
  { length, first }: Log,
): Promise<{ readonly broken: string | null; readonly checked: number }> {
  const tiles = Math.floor(Math.max(0, length - 1) / TILE_WIDTH);
  const after = tiles * TILE_WIDTH;
  if (length === 0 || first > after + 1) return { broken: null, checked: 0 };
  const rows = readPage((await selectSealedPage(ctx, after, TILE_WIDTH)).text);
  let hash = tiles === 0 ? CHAIN_START : (await selectTiles(ctx, 1, tiles - 1, 1))[0]?.chain;
  for (const [index, row] of rows.entries()) {
    const seq = after + index + 1;
    const { record } = row;
    if (record === null || row.seq !== seq || !hash)
      return { broken: `record ${seq} is missing`, checked: index };
    const { leaf, chain } = hashesOf(hash, canonicalRecord(record, seq));
    hash = chain;
    if (!leaf.equals(row.leaf) || !chain.equals(row.hash))
      return { broken: `record ${record.id} was changed, or moved`, checked: index };
  }
  return { broken: null, checked: rows.length };
}

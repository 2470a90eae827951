/** Goes through the whole audit log and says whether anybody changed, removed, added, moved or rewrote a record. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { readAnchors } from './anchor-file.ts';
import { canonicalRecord, CHAIN_START, hashesOf, type SealedColumns } from './chain.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { GrowingTree } from './merkle.ts';
import type { AuditBreak, AuditVerification } from './schema.ts';
import { selectTiles, TILE_WIDTH } from './seal-store.ts';
import {
  type SealedRow,
  selectCheckpoints,
  selectFirstSeq,
  selectSealed,
  selectStrays,
} from './verify-store.ts';

/** Few enough that other requests are served between them. */
const ROWS_AT_ONCE = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

export async function verifyAuditLog(ctx: Context): Promise<AuditVerification> {
  requireRole(ctx, 'auditor');
  const stored = await selectCheckpoints(ctx);
  const anchors = await readAnchors(ctx.settings.auditAnchorFile);
  const walk = new ChainWalk(signedBy(ctx, stored, 'checkpoint'), signedBy(ctx, anchors, 'anchor'));
  await beginAfterPruned(ctx, walk);
  await walkSeals(ctx, walk);
  walk.end();
  const strays = await selectStrays(ctx);
  if (strays.unchained !== null) walk.found(null, strays.unchained, 'added outside of the chain');
  if (strays.vanished !== null) walk.found(null, strays.vanished, 'removed before it was sealed');
  return {
    ok: walk.firstBroken === null,
    checked: walk.checked,
    firstBroken: walk.firstBroken,
    prunedBefore: walk.begin,
    unsealed: strays.waiting,
    checkpoints: stored.length,
    anchors: anchors.length,
  };
}

interface Signed {
  readonly size: number;
  readonly from: 'checkpoint' | 'anchor';
  readonly content: Checkpoint | 'unknown_key' | null;
}

function signedBy(
  ctx: Context,
  notes: readonly { size: number; note: string }[],
  from: Signed['from'],
): Signed[] {
  return notes.map(({ size, note }) => ({ size, from, content: readCheckpoint(ctx.noteSigner, note) }));
}

async function walkSeals(ctx: Context, walk: ChainWalk): Promise<void> {
  let next = selectSealed(ctx, walk.begin, ROWS_AT_ONCE);
  while (walk.firstBroken === null) {
    const rows = await next;
    const last = rows.at(-1);
    if (!last) return;
    // The database reads the next rows while these are hashed.
    next = selectSealed(ctx, last.seq, ROWS_AT_ONCE);
    next.catch(() => null);
    for (const row of rows) {
      walk.step(row);
      if (walk.firstBroken !== null) break;
    }
  }
  await next;
}

/** Retention takes whole tiles whose time is over; what they held is vouched for by every later signed root. */
async function beginAfterPruned(ctx: Context, walk: ChainWalk): Promise<void> {
  const first = await selectFirstSeq(ctx);
  if (first === null || first === 1) return;
  const pruned = first - 1;
  const tiles = await selectTiles(ctx, 1, 0, Math.floor(pruned / TILE_WIDTH));
  const days = ctx.settings.auditRetentionDays;
  const isOver = (time: Date) => days !== null && time.getTime() < ctx.clock.now().getTime() - days * DAY_MS;
  if (pruned % TILE_WIDTH !== 0 || tiles.length * TILE_WIDTH !== pruned || !walk.wasSigned(pruned, isOver))
    walk.found(1, null, `the ${pruned} records before are missing`);
  else walk.beginAfter(tiles);
}

/** Where the walk is in the chain and its tree, and the first thing that does not fit. */
class ChainWalk {
  readonly #tree = new GrowingTree();
  readonly #signed: readonly Signed[];
  readonly #due: Map<number, Signed[]>;
  #hash: Buffer = CHAIN_START;
  begin = 0;
  checked = 0;
  firstBroken: AuditBreak | null = null;

  constructor(checkpoints: readonly Signed[], anchors: readonly Signed[]) {
    this.#signed = [...checkpoints, ...anchors];
    this.#due = Map.groupBy(this.#signed, ({ size }) => size);
  }

  /** Whether this many records were signed for at a time that `isOver`. */
  wasSigned(size: number, isOver: (time: Date) => boolean): boolean {
    return this.#signed.some(
      ({ content }) =>
        content !== null && content !== 'unknown_key' && content.size >= size && isOver(content.time),
    );
  }

  beginAfter(tiles: readonly { readonly root: Buffer; readonly chain: Buffer | null }[]): void {
    for (const { root } of tiles) this.#tree.appendSubtree(root, TILE_WIDTH);
    this.#hash = tiles.at(-1)?.chain ?? CHAIN_START;
    this.begin = this.#tree.size;
  }

  step(row: SealedRow): void {
    const seq = this.#tree.size + 1;
    if (row.seq !== seq) return this.found(seq, null, 'missing from the chain');
    if (!isWhole(row)) return this.found(seq, row.audit_id, 'removed');
    const record = canonicalRecord(row, seq);
    const { leaf, chain } = hashesOf(this.#hash, record);
    this.#hash = chain;
    if (!leaf.equals(row.leaf) || !chain.equals(row.hash))
      return this.found(seq, row.id, 'changed, or moved');
    this.#tree.append(leaf);
    this.checked += 1;
    for (const signed of this.#due.get(seq) ?? []) this.#compare(signed, row.id);
  }

  #compare({ content, from }: Signed, id: string): void {
    if (content === 'unknown_key') return;
    const size = this.#tree.size;
    if (content === null || content.size !== size)
      return this.found(size, id, `the ${from} at ${size} has no valid signature`);
    if (!content.root.equals(this.#tree.root()) || !content.chain.equals(this.#hash))
      this.found(size, id, `written anew: it differs from the ${from} signed at ${size}`);
  }

  end(): void {
    const beyond = this.#signed.find(({ size }) => size > this.#tree.size);
    if (beyond)
      this.found(this.#tree.size + 1, null, `cut off: the ${beyond.from} at ${beyond.size} covers more`);
  }

  found(seq: number | null, id: string | null, what: string): void {
    this.firstBroken ??= { seq, id, what };
  }
}

function isWhole(row: SealedRow): row is SealedRow & SealedColumns {
  return row.id !== null;
}

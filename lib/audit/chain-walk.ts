/** A walk along the chain: every record is computed anew and held against its seal and what was signed. */
import { canonicalRecord, CHAIN_START, hashesOf } from './chain.ts';
import type { Checkpoint } from './checkpoint.ts';
import { GrowingTree, TILE_WIDTH } from './merkle.ts';
import type { AuditBreak } from './schema.ts';
import type { SealedRow } from './sealed-page.ts';

/** What vouches for the first `size` records. */
export interface Signed {
  readonly size: number;
  readonly from: 'checkpoint' | 'anchor';
  /** Null without a valid signature. */
  readonly content: Checkpoint | 'unknown_key' | null;
}

export interface WalkStart {
  readonly signed: readonly Signed[];
  /** Whole tiles that retention took, in order. */
  readonly pruned: readonly { readonly root: Buffer; readonly chain: Buffer | null }[];
}

/** Where the walk is in the chain and its tree, and the first thing that does not fit. */
export class ChainWalk {
  readonly #tree = new GrowingTree();
  readonly #due: Map<number, Signed[]>;
  #hash: Buffer = CHAIN_START;
  checked = 0;
  firstBroken: AuditBreak | null = null;

  constructor({ signed, pruned }: WalkStart) {
    this.#due = Map.groupBy(signed, ({ size }) => size);
    for (const { root } of pruned) this.#tree.appendSubtree(root, TILE_WIDTH);
    this.#hash = pruned.at(-1)?.chain ?? CHAIN_START;
  }

  /** How many records there were, those with them that retention took. */
  get size(): number {
    return this.#tree.size;
  }

  /** Goes as far as things fit. */
  walk(rows: readonly SealedRow[]): void {
    for (const row of rows) {
      this.#step(row);
      if (this.firstBroken !== null) return;
    }
  }

  #step(row: SealedRow): void {
    const { record } = row;
    const seq = this.#tree.size + 1;
    if (row.seq !== seq) return this.#found(seq, null, 'missing from the chain');
    if (record === null) return this.#found(seq, row.auditId, 'removed');
    const { leaf, chain } = hashesOf(this.#hash, canonicalRecord(record, seq));
    this.#hash = chain;
    if (!leaf.equals(row.leaf) || !chain.equals(row.hash))
      return this.#found(seq, record.id, 'changed, or moved');
    this.#tree.append(leaf);
    this.checked += 1;
    for (const signed of this.#due.get(seq) ?? []) this.#compare(signed, record.id);
  }

  #compare({ content, from }: Signed, id: string): void {
    if (content === 'unknown_key') return;
    const size = this.#tree.size;
    if (content === null || content.size !== size)
      return this.#found(size, id, `the ${from} at ${size} has no valid signature`);
    if (!content.root.equals(this.#tree.root()) || !content.chain.equals(this.#hash))
      this.#found(size, id, `written anew: it differs from the ${from} signed at ${size}`);
  }

  #found(seq: number, id: string | null, what: string): void {
    this.firstBroken ??= { seq, id, what };
  }
}

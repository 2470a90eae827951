/** A Merkle tree as in RFC 6962: roots, and proofs that a record is in it, which anybody can check. */
import { hash } from 'node:crypto';

/** The tree is stored in tiles: roots of this many nodes make a node of the next level. */
export const TILE_WIDTH = 256;

/** Room for a node: a byte of one, then both sides. */
const node = Buffer.alloc(1 + 2 * 32, 1);

export function leafHash(record: string): Buffer {
  return hash('sha256', `\0${record}`, 'buffer');
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 33);
  return hash('sha256', node, 'buffer');
}

/** Of an empty tree. */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer');
}

/** A tree that only grows; it keeps the roots of its complete subtrees, one for each bit of its size. */
export class GrowingTree {
  readonly #subtrees: { readonly size: number; readonly root: Buffer }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer): void {
    this.appendSubtree(leaf, 1);
  }

  /** `root` of a complete subtree of `size` leaves, a power of two that the tree's size is a multiple of. */
  appendSubtree(root: Buffer, size: number): void {
    if (this.#size % size !== 0) throw new Error(`a subtree of ${size} does not fit behind ${this.#size}`);
    let grown = { size, root };
    for (let last = this.#subtrees.at(-1); last?.size === grown.size; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      grown = { size: last.size * 2, root: nodeHash(last.root, grown.root) };
    }
    this.#subtrees.push(grown);
    this.#size += size;
  }

  root(): Buffer {
    const [last, ...larger] = this.#subtrees.toReversed();
    if (!last) return emptyRoot();
    return larger.reduce((right, left) => nodeHash(left.root, right), last.root);
  }
}

/** The root over the subtree of leaves `from` to `from + size`; `size` is a power of two and divides `from`. */
export type SubtreeRoot = (from: number, size: number) => Promise<Buffer>;

/** The hashes beside the way from leaf `index` to the root of a tree of `size`, lowest first. */
export async function inclusionProof(index: number, size: number, subtree: SubtreeRoot): Promise<Buffer[]> {
  const proof: Buffer[] = [];
  let from = 0;
  let width = size;
  while (width > 1) {
    const half = largestPowerBelow(width);
    if (index < from + half) {
      proof.push(await rootOf(from + half, width - half, subtree));
      width = half;
    } else {
      proof.push(await subtree(from, half));
      from += half;
      width -= half;
    }
  }
  return proof.toReversed();
}

/** The root over any run of leaves that begins where a complete subtree of at least its size does. */
export async function rootOf(from: number, size: number, subtree: SubtreeRoot): Promise<Buffer> {
  const half = largestPowerBelow(size);
  if (size === half * 2 || size === 1) return await subtree(from, size);
  return nodeHash(await subtree(from, half), await rootOf(from + half, size - half, subtree));
}

/** Whether `leaf` is the one at `index` in the tree of `size` with this root. */
export function isIncluded(
  proof: readonly Uint8Array[],
  claim: { leaf: Uint8Array; index: number; size: number; root: Uint8Array },
): boolean {
  if (claim.index < 0 || claim.index >= claim.size) return false;
  let [index, last] = [claim.index, claim.size - 1];
  let reached: Buffer = Buffer.from(claim.leaf);
  for (const beside of proof) {
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      reached = nodeHash(beside, reached);
      while (index % 2 === 0 && index !== 0) [index, last] = [index / 2, Math.floor(last / 2)];
    } else reached = nodeHash(reached, beside);
    [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
  }
  return last === 0 && reached.equals(claim.root);
}

/** The largest power of two smaller than `size`; 1 for a single leaf. */
function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** The Merkle tree against RFC 6962's known answers and against its own definition. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { emptyRoot, GrowingTree, inclusionProof, isIncluded, leafHash, nodeHash, rootOf } from './merkle.ts';

/** As the RFC defines it, without any thought of speed. */
function definedRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) return emptyRoot();
  if (leaves.length === 1) return only;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return nodeHash(definedRoot(leaves.slice(0, half)), definedRoot(leaves.slice(half)));
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => leafHash(`record ${index}`));

describe('a Merkle tree', () => {
  it('has the known roots of the RFC', () => {
    assert.equal(
      emptyRoot().toString('hex'),
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    assert.equal(
      leafHash('').toString('hex'),
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });

  it('grows to the root that is defined, by leaves and by subtrees', () => {
    for (let count = 0; count <= 70; count += 1) {
      const leaves = leavesOf(count);
      const tree = new GrowingTree();
      for (const leaf of leaves) tree.append(leaf);
      assert.deepEqual(tree.root(), definedRoot(leaves));
    }
    const leaves = leavesOf(40);
    const tree = new GrowingTree();
    tree.appendSubtree(definedRoot(leaves.slice(0, 32)), 32);
    for (const leaf of leaves.slice(32)) tree.append(leaf);
    assert.deepEqual(tree.root(), definedRoot(leaves));
    assert.throws(() => tree.appendSubtree(leafHash(''), 32));
  });

  it('proves every leaf, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), async (size, pick, other) => {
        const leaves = leavesOf(size);
        const subtree = async (from: number, width: number) => definedRoot(leaves.slice(from, from + width));
        const root = await rootOf(0, size, subtree);
        assert.deepEqual(root, definedRoot(leaves));
        const index = pick % size;
        const proof = await inclusionProof(index, size, subtree);
        const leaf = leaves[index] ?? leafHash('');
        assert.ok(isIncluded(proof, { leaf, index, size, root }));
        assert.ok(!isIncluded(proof, { leaf: leafHash('another'), index, size, root }));
        if (other % size !== index)
          assert.ok(!isIncluded(proof, { leaf, index: other % size, size, root }) || size === 1);
        if (proof.length > 0) assert.ok(!isIncluded(proof.slice(1), { leaf, index, size, root }));
        assert.ok(!isIncluded([...proof, leaf], { leaf, index, size, root }));
      }),
      { numRuns: 200 },
    );
  });
});

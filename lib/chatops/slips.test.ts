/** Slips of the keyboard are told from other names, and no quick look passes over one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { leastDistance, slipsBetween, spellingOf } from './slips.ts';

function slips(typed: string, name: string): number | null {
  return slipsBetween(spellingOf(typed), spellingOf(name));
}

test('slips are letters left out, added, changed or swapped, two at most', () => {
  assert.equal(slips('webresaerch', 'web research'), 1);
  assert.equal(slips('webresarch', 'web research'), 1);
  assert.equal(slips('webreserch', 'web research'), 1);
  // What is left out moves all that follows, where pairs may look swapped.
  assert.equal(slips('rosenbalumlumbabaros194', 'rosdenbalum lumbabaros 194'), 1);
  assert.equal(slips('geminius', 'gemini eu'), null);
  assert.equal(slips('video', 'web research'), null);
});

test('the quick look never says more than the distance is', () => {
  const word = fc.string({ unit: fc.constantFrom(...Array.from('abcxyz019가각나')), maxLength: 12 });
  fc.assert(
    fc.property(word, word, (one, other) => {
      return leastDistance(spellingOf(one), spellingOf(other)) <= distance(one, other);
    }),
  );
});

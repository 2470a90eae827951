/** Ids of skills at Google: valid for any name, and always the same ones in the same order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { candidateIds, isSkillId, skillIdFor } from './skill-id.ts';

describe('the id of a skill', () => {
  it('is the name where that can be one', () => {
    for (const name of ['a', 'csv-tools', 'x'.repeat(63)]) assert.equal(skillIdFor(name), name);
  });

  it('is derived where it cannot', () => {
    assert.equal(skillIdFor('3d-tools'), 's-3d-tools');
    assert.equal(skillIdFor('gcp-tools'), 's-gcp-tools');
    assert.match(skillIdFor('표-도구'), /^s-[0-9a-f]{20}$/);
    assert.notEqual(skillIdFor('표-도구'), skillIdFor('표-연장'));
  });

  it('is valid whatever the name, and so is each id tried after it', () => {
    const plain = fc.stringMatching(/^[a-z0-9-]{1,70}$/);
    fc.assert(
      fc.property(fc.oneof(plain, fc.string({ unit: 'grapheme' })), (name) => {
        const ids = candidateIds(name, null);
        assert.equal(new Set(ids).size, 5);
        assert.ok(ids.every(isSkillId), ids.join(' '));
        assert.deepEqual(candidateIds(name, null), ids);
      }),
    );
  });

  it('is looked for first where it was before', () => {
    assert.deepEqual(candidateIds('a', 'a-2'), ['a-2', 'a', 'a-3', 'a-4', 'a-5']);
  });
});

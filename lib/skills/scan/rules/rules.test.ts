/** That every rule there should be is there once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REFUSED_AT_UPLOAD, RULES } from './index.ts';

const GROUPS: Readonly<Record<string, number>> = {
  AR: 6,
  MF: 5,
  PI: 6,
  UN: 3,
  EX: 6,
  NX: 5,
  CR: 3,
  PS: 2,
  SC: 3,
  OB: 1,
};

describe('the rules', () => {
  it('are forty, each known by one id', () => {
    const expected = Object.entries(GROUPS).flatMap(([group, count]) =>
      Array.from({ length: count }, (_, index) => `SK-${group}-0${index + 1}`),
    );
    const ids = [...RULES.map(({ id }) => id), ...Object.keys(REFUSED_AT_UPLOAD)];
    assert.equal(expected.length, 40);
    assert.deepEqual(ids.toSorted(), expected.toSorted());
  });

  it('say what to do', () => {
    for (const { id, title, advice } of RULES) assert.ok(title.length > 10 && advice.length > 10, id);
  });
});

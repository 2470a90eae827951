/** Of several objections the user hears the one that comes first in the order of reasons. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objection, strongest } from './refusals.ts';

test('the order of reasons decides, then the order found', () => {
  const found = [
    objection('missing_provider'),
    objection('unknown_skill', ['a']),
    objection('unknown_skill', ['b']),
  ];
  assert.deepEqual(strongest(found), { reason: 'unknown_skill', suggestions: ['a'] });
  assert.equal(strongest([...found, objection('unsafe')])?.reason, 'unsafe');
  assert.equal(strongest([]), null);
});

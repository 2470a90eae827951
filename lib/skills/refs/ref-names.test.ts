/** Names of tags and branches, held against what git itself says of them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  commitPrefixOf,
  isForRepository,
  isRefName,
  isReserved,
  shortRef,
  versionNumberOf,
} from './ref-names.ts';

const PARTS = [
  'a',
  'v1',
  '.',
  '..',
  '/',
  '-',
  '@',
  '{',
  '@{',
  '~',
  '^',
  ':',
  '?',
  '*',
  '[',
  '\\',
  ' ',
  '.lock',
  '한',
];

function gitTakes(name: string): boolean {
  return spawnSync('git', ['check-ref-format', '--branch', name]).status === 0;
}

test('a name is taken when git takes it, but for what means something else here', () => {
  const names = fc
    .array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(names, (name) => {
      // Here git means another branch than one of this name.
      const isExpanded = name.includes('@{') || name === '@';
      assert.equal(isRefName(name), !isExpanded && !isReserved(name) && gitTakes(name), JSON.stringify(name));
    }),
    { numRuns: 300, seed: 20_261_123 },
  );
  for (const name of ['latest', '7', '007', 'HEAD', 'skv_1', 'sha256:0', '', '\0', 'a\u{a0}b', 'a\nb'])
    assert.equal(isRefName(name), false, JSON.stringify(name));
});

test('texts are told apart', () => {
  assert.deepEqual(['1', '0', '01', '1234567890', '1.0', '+1'].map(versionNumberOf), [
    1,
    null,
    null,
    null,
    null,
    null,
  ]);
  assert.deepEqual(['ABCDEF0', 'abcdef', 'abcdefg', '1234567', 'a'.repeat(65)].map(commitPrefixOf), [
    'abcdef0',
    null,
    null,
    '1234567',
    null,
  ]);
  assert.deepEqual([shortRef('refs/tags/a', 'tag'), shortRef('refs/tags/a', 'branch')], ['a', 'refs/tags/a']);
  const refs = [
    'v1',
    'refs/heads/x',
    'abcdef0',
    '1234567',
    'latest',
    '12',
    'HEAD',
    'refs/pull/1/head',
    'a b',
    '-x',
  ];
  assert.deepEqual(refs.filter(isForRepository), ['v1', 'refs/heads/x', 'abcdef0', '1234567']);
});

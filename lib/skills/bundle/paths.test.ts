/** Each rule for paths, with what it refuses and what it must let through. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkPath, checkPaths } from './paths.ts';

describe('one path', () => {
  for (const path of [
    'SKILL.md',
    'scripts/run.py',
    'a/b/c/d.txt',
    '.hidden',
    '...',
    'a..b/c',
    'with blank.md',
    '참고/회의록.md',
    '🙂.md',
    'a'.repeat(255),
  ]) {
    it(`may be ${JSON.stringify(path.slice(0, 20))}`, () => assert.equal(checkPath(path), null));
  }

  for (const [path, reason] of [
    ['', /empty/],
    ['/', /relative/],
    ['/etc/passwd', /relative/],
    ['..', /'\.\.'/],
    ['../x', /'\.\.'/],
    ['a/../b', /'\.\.'/],
    ['a/..', /'\.\.'/],
    ['.', /'\.'/],
    ['./a', /'\.'/],
    ['a/./b', /'\.'/],
    ['a//b', /empty parts/],
    ['a/', /empty parts/],
    ['a\\b', /backslash/],
    ['\\\\host\\x', /backslash/],
    ['C:x', /drive/],
    ['c:/x', /drive/],
    ['a\0b', /NUL/],
    ['a\nb', /control/],
    ['a\u007fb', /control/],
    ['a\u0085b', /control/],
    ['a\u2028b', /control/],
    ['a\ud800b', /Unicode/],
    ['a\ufffdb', /Unicode/],
    ['a'.repeat(256), /255/],
    ['가'.repeat(86), /255/],
    [Array.from({ length: 600 }, () => 'a').join('/'), /1024/],
  ] as const) {
    it(`must not be ${JSON.stringify(path.slice(0, 20))}`, () => assert.match(checkPath(path) ?? '', reason));
  }
});

describe('paths together', () => {
  it('may share folders', () => {
    assert.deepEqual(checkPaths(['a/b', 'a/c', 'ab', 'a.b'], ['a', 'd']), []);
  });

  for (const [paths, reason] of [
    [['a', 'a'], /twice/],
    [['a/B', 'a/b'], /case/],
    [['stra\u00dfe', 'STRASSE'], /case/],
    [['\u212aelvin', 'kelvin'], /case/],
    [['caf\u00e9', 'cafe\u0301'], /case or composition/],
    [['\uac00', '\u1100\u1161'], /case or composition/],
    [['x', 'a/b', 'a'], /both a file and a folder/],
    [['A', 'a/b'], /both a file and a folder/],
  ] as const) {
    it(`must not be ${JSON.stringify(paths)}`, () => {
      const [issue, ...more] = checkPaths(paths);
      assert.match(issue?.message ?? '', reason);
      assert.deepEqual(more, []);
    });
  }

  it('are told apart by their position, not by their name', () => {
    assert.deepEqual(
      checkPaths(['a', 'b', 'a', '../c']).map((issue) => issue.pathOf),
      [2, 3],
    );
  });

  it('must not be a folder that is given on its own', () => {
    assert.match(checkPaths(['a'], ['A'])[0]?.message ?? '', /both a file and a folder/);
  });
});

/** Unified text between two texts: right when it is whole, and bounded whatever the texts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { diffTexts, MAX_FILE_DIFF } from './line-diff.ts';

const BOUNDS = { maxLength: 1024 * 1024, maxMs: 10_000 };

describe('the difference of two texts', () => {
  it('is unified text with names that people can read', () => {
    const { diff, truncated } = diffTexts('문서/가이드.md', '하나\n둘\n셋\n', '하나\n두울\n셋\n', BOUNDS);
    const lines = [
      '--- a/문서/가이드.md',
      '+++ b/문서/가이드.md',
      '@@ -1,3 +1,3 @@',
      ' 하나',
      '-둘',
      '+두울',
      ' 셋',
      '',
    ];
    assert.deepEqual([diff, truncated], [lines.join('\n'), false]);
    assert.match(
      diffTexts('x', null, 'new\n', BOUNDS).diff ?? '',
      /^--- \/dev\/null\n\+\+\+ b\/x\n@@ -0,0 \+1,1 @@\n\+new\n$/,
    );
    assert.match(
      diffTexts('x', 'old', null, BOUNDS).diff ?? '',
      /^--- a\/x\n\+\+\+ \/dev\/null\n@@ -1,1 \+0,0 @@\n-old\n/,
    );
    assert.deepEqual(diffTexts('x', null, '', BOUNDS), { diff: null, truncated: false });
  });

  it('makes one text of the other, whenever it is whole', () => {
    const line = fc.constantFrom('one', 'two', '셋', '', '@@ -1 +1 @@', '--- a/x', '\\ No newline', 'a\rb');
    const text = fc
      .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', '\n'))
      .map(([lines, end]) => lines.join('\n') + end);
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { diff, truncated } = diffTexts('x', before, after, BOUNDS);
        assert.equal(truncated, false);
        if (diff === null) return assert.equal(before, after);
        assert.equal(applyPatch(before, diff, { autoConvertLineEndings: false }), after);
      }),
      { numRuns: 300 },
    );
  });

  it('is cut at a line when it is long, and left out when no line fits', () => {
    const lines = (word: string) =>
      Array.from({ length: 4000 }, (_, index) => `${word} ${index} ${'x'.repeat(40)}\n`).join('');
    for (const [before, after] of [
      [lines('a'), `${lines('a')}${lines('b')}`],
      [null, lines('a')],
      [lines('a'), null],
    ] as const) {
      const { diff, truncated } = diffTexts('x', before, after, BOUNDS);
      assert.ok(truncated && diff !== null && diff.length <= MAX_FILE_DIFF && diff.endsWith('x\n'));
      const short = diffTexts('x', before, after, { ...BOUNDS, maxLength: 500 });
      assert.ok(short.truncated && (short.diff?.length ?? 0) <= 500);
    }
    const long = 'y'.repeat(MAX_FILE_DIFF);
    for (const [before, after] of [
      [long, `${long}z`],
      [null, long],
      [long, null],
    ] as const)
      assert.deepEqual(diffTexts('x', before, after, BOUNDS), { diff: null, truncated: true });
  });

  it('is left out when the texts have little in common, or no time or room is left', () => {
    const lines = (from: number) => Array.from({ length: 6000 }, (_, index) => `${from + index}\n`).join('');
    assert.deepEqual(diffTexts('x', lines(0), lines(10_000), BOUNDS), { diff: null, truncated: true });
    for (const bounds of [
      { ...BOUNDS, maxMs: 0 },
      { ...BOUNDS, maxLength: 0 },
    ])
      assert.deepEqual(diffTexts('x', 'a', 'b', bounds), { diff: null, truncated: true });
  });
});

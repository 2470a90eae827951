/** Where Markdown shows code. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeSpans } from './code-spans.ts';

function shown(markdown: string): string[] {
  return codeSpans(markdown).map(([start, end]) => markdown.slice(start, end));
}

describe('code in Markdown', () => {
  it('is what fences enclose', () => {
    assert.deepEqual(shown('a\n```sh\nls\n```\nb'), ['```sh\nls\n```']);
    assert.deepEqual(shown('~~~\n```\n~~~\nb'), ['~~~\n```\n~~~']);
    assert.deepEqual(shown('````\n```\n````'), ['````\n```\n````']);
    assert.deepEqual(shown('- a\n  ```\n  ls\n  ```\n'), ['  ```\n  ls\n  ```']);
  });

  it('reaches to the end when nobody closes the fence', () => {
    assert.deepEqual(shown('a\n```\nls\nmore'), ['```\nls\nmore']);
  });

  it('is what backticks enclose in a line', () => {
    assert.deepEqual(shown('run `ls` and ``a ` b`` now'), ['`ls`', '``a ` b``']);
    assert.deepEqual(shown('one ` alone\nand ` another'), []);
  });

  it('is found in a line of nothing but backticks as fast as in any other', () => {
    const text = '`a``b```c'.repeat(100_000);
    assert.ok(codeSpans(text).length > 0);
  });
});

/** Depth is judged from the text, and must agree with what a parser would have built. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../kernel/errors.ts';
import { depthOf, parseJson } from './json-body.ts';

function builtDepth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(builtDepth));
}

describe('depthOf', () => {
  it('is the depth of the value, whatever its strings hold', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ']', 'a', 'é') });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 8 },
        text,
        fc.integer(),
        fc.array(tie('tree')),
        fc.dictionary(text, tie('tree')),
      ),
    }));
    fc.assert(fc.property(tree, (value) => assert.equal(depthOf(JSON.stringify(value)), builtDepth(value))));
  });

  it('never fails, and takes no longer than the text is long', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.ok(depthOf(text) <= text.length)));
    assert.equal(depthOf(`"${'\\"'.repeat(1_000_000)}`), 0);
    assert.equal(depthOf('['.repeat(1_000_000)), 1_000_000);
  });
});

describe('parseJson', () => {
  it('gives what JSON.parse gives, or refuses', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          assert.deepEqual(parseJson(text), JSON.parse(text));
        } catch (error) {
          assert.ok(error instanceof AppError && error.issues.length > 0, text);
          assert.match(text, /\\u|__proto__|constructor/);
        }
      }),
    );
  });

  it('takes a byte order mark', () => {
    assert.deepEqual(parseJson('\ufeff{"a":1}'), { a: 1 });
  });

  it('takes names and texts that only look like poison', () => {
    const text = '{"constructor":"builder","note":"__proto__ and \\u0041 and \\ud83d\\ude00"}';
    assert.deepEqual(parseJson(text), JSON.parse(text));
  });
});

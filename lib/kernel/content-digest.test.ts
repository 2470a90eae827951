/** The digest must follow its written form exactly, and nothing but paths and bytes may change it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { contentDigest } from './content-digest.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('the digest is the hash of the written manifest', () => {
  const files = [
    { path: 'b.txt', bytes: Buffer.from('bee') },
    { path: 'SKILL.md', bytes: Buffer.from('hello') },
  ];
  const manifest = `${sha256('hello')}  5  SKILL.md\n${sha256('bee')}  3  b.txt\n`;
  assert.equal(contentDigest(files), `sha256:${sha256(manifest)}`);
});

test('paths sort by their UTF-8 bytes, not by UTF-16 units', () => {
  // U+FF5E sorts after U+1F600 in UTF-16 and before it in UTF-8.
  const files = [
    { path: '\u{1F600}', bytes: Buffer.from('x') },
    { path: '\uFF5E', bytes: Buffer.from('y') },
  ];
  const manifest = `${sha256('y')}  1  \uFF5E\n${sha256('x')}  1  \u{1F600}\n`;
  assert.equal(contentDigest(files), `sha256:${sha256(manifest)}`);
});

test('order does not matter, every byte and every path does', () => {
  const file = fc.record({ path: fc.string({ minLength: 1 }), bytes: fc.uint8Array({ minLength: 1 }) });
  const files = fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(files, (some) => {
      const [first, ...rest] = some;
      assert.ok(first);
      const digest = contentDigest(some);
      assert.equal(contentDigest(some.toReversed()), digest);
      const flipped = first.bytes.with(0, (first.bytes[0] ?? 0) ^ 1);
      assert.notEqual(contentDigest([{ ...first, bytes: flipped }, ...rest]), digest);
      assert.notEqual(contentDigest([{ ...first, path: `${first.path}/x` }, ...rest]), digest);
    }),
  );
});

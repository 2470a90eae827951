/** A credential that a provider says back, in part or otherwise written, must not be shown; other words must stay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { safeText } from './safe-text.ts';

const SECRET = 'Qqfz3gehlzD8ZmAp9UNdYipnQr4quMGVDuBelRhpgZxph64I';

test('a part of the key is hidden, wherever it ends', () => {
  for (let length = 12; length <= SECRET.length; length += 3) {
    const shown = safeText(`you sent ${SECRET.slice(0, length)}, which is wrong`, [SECRET]);
    assert.equal(shown, 'you sent [key], which is wrong');
  }
});

test('the key is hidden in base64, hex and URLs', () => {
  const bytes = Buffer.from(`user:${SECRET}`);
  for (const form of [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')])
    assert.doesNotMatch(safeText(`sent ${form}!`, [SECRET]), new RegExp(form.slice(12, 24), 'u'));
  const odd = 'a+b/c d&e=f%g1h2i3j4';
  assert.doesNotMatch(safeText(`sent ${encodeURIComponent(odd)}`, [odd]), /2Fc%20d/u);
});

test('what has nothing of the key stays as it is', () => {
  const text =
    'The model "x" does not exist, see https://example.com/docs/errors#not-found (req_011CSHoEeqs5C35K2UUqR7Fy)';
  assert.equal(safeText(text, [SECRET]), text);
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (words) => {
      fc.pre(!words.includes(SECRET.slice(0, 4)));
      return safeText(words, [SECRET]) === safeText(words);
    }),
  );
});

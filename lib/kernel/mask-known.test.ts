/** Known secrets are found in pieces and in disguise, and other text stays as it is. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { maskKnown } from './mask-known.ts';

const SECRET = 'Zq3/vT+9 kLm=42"\nXyW7aBcDeF';

it('masks a secret in each form, and leaves what stands around it', () => {
  const forms = [
    SECRET,
    SECRET.slice(3, 17),
    encodeURIComponent(SECRET),
    JSON.stringify(SECRET).slice(1, -1),
    Buffer.from(SECRET).toString('hex'),
    Buffer.from(SECRET).toString('hex').toUpperCase(),
  ];
  for (const form of forms) assert.equal(maskKnown(`a ${form} b`, [SECRET], '*'), 'a * b', form);
  assert.equal(maskKnown(`${SECRET}, ${SECRET}!`, [SECRET], '*'), '*, *!');
  assert.equal(maskKnown('pin 1234 and 123', ['1234', '123'], '*'), 'pin * and 123');
});

it('masks a secret inside of longer text that is base64, wherever it begins', () => {
  for (const before of ['', 'x', 'xy', 'xyz']) {
    const encoded = Buffer.from(`${before}${SECRET}tail`).toString('base64');
    const masked = maskKnown(encoded, [SECRET], '*');
    const left = masked.split('*').map((part) => part.length);
    assert.ok(Math.max(...left) < 12, masked);
  }
});

it('leaves no piece of 12 characters, and text without one as it is', () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', 'C', 'D', '1', '2', '+', '/', '='),
    minLength: 12,
    maxLength: 40,
  });
  fc.assert(
    fc.property(letters, fc.string(), fc.nat(40), fc.string(), (secret, before, cut, after) => {
      const masked = maskKnown(`${before}${secret.slice(0, 12 + cut)}${after}`, [secret], '*');
      for (let at = 0; at + 12 <= secret.length; at += 1)
        assert.ok(!masked.includes(secret.slice(at, at + 12)), masked);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('x', 'y', 'z', ' ') }), letters, (text, secret) => {
      assert.equal(maskKnown(text, [secret], '*'), text);
    }),
  );
});

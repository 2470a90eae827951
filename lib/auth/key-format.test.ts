/** A mistyped key is told from a real one without asking anybody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashKey, isWellFormedKey, KEY_PATTERN, keyHint, makeKey } from './key-format.ts';

test('made keys are well-formed and differ', () => {
  const keys = Array.from({ length: 200 }, makeKey);
  assert.equal(new Set(keys).size, keys.length);
  for (const key of keys) {
    assert.match(key, KEY_PATTERN);
    assert.ok(isWellFormedKey(key));
    assert.equal(keyHint(key), `skc_…${key.slice(-4)}`);
  }
});

test('one wrong character is noticed', () => {
  const wrong = fc.tuple(fc.nat({ max: 40 }), fc.constantFrom('0', 'a', 'Z', '_', '-', 'é', ' '));
  fc.assert(
    fc.property(fc.constant(null).map(makeKey), wrong, (key, [at, character]) => {
      const mistyped = key.slice(0, at) + character + key.slice(at + 1);
      assert.equal(isWellFormedKey(mistyped), mistyped === key);
    }),
  );
});

test('no other text is a key', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.ok(!isWellFormedKey(text))));
});

test('the checksum is the one that others can compute', () => {
  assert.ok(isWellFormedKey(`skc_${'0'.repeat(30)}_${base62(crcOfZeros())}`));
});

test('what is stored is a plain SHA-256', () => {
  assert.equal(
    Buffer.from(hashKey('abc')).toString('hex'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

/** Bit by bit, as the standard defines it. */
function crcOfZeros(): number {
  let crc = 0xffffffff;
  for (let index = 0; index < 30; index += 1) {
    crc ^= 0x30;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function base62(value: number): string {
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let text = '';
  for (let rest = value; text.length < 6; rest = Math.floor(rest / 62))
    text = alphabet.charAt(rest % 62) + text;
  return text;
}

/** Packs that would unpack to too much are refused before anything unpacks them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { checkPack } from './git-pack.ts';

function number(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
}

function entry(type: number, size: number, content: Buffer, before: readonly number[] = []): Buffer {
  const rest = Math.floor(size / 16);
  const head = [(rest > 0 ? 128 : 0) + type * 16 + (size % 16), ...(rest > 0 ? number(rest) : [])];
  return Buffer.concat([Buffer.from([...head, ...before]), deflateSync(content)]);
}

function pack(entries: readonly Buffer[], count = entries.length): Buffer {
  const head = Buffer.alloc(12);
  head.write('PACK');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(count, 8);
  return Buffer.concat([head, ...entries, Buffer.alloc(20)]);
}

const blob = (content: Buffer) => entry(3, content.byteLength, content);
const delta = (makes: number, back: number) => {
  const content = Buffer.from([...number(4), ...number(makes), 0x90, 4]);
  return entry(6, content.byteLength, content, [back]);
};

describe('a pack', () => {
  const base = blob(Buffer.from('base'));

  it('of a few objects is taken', () => {
    assert.equal(checkPack(pack([base, delta(4, base.byteLength)])), null);
    assert.equal(checkPack(pack([blob(Buffer.alloc(100_000))])), null);
  });

  for (const [what, bytes, says] of [
    ['of very many objects', pack([], 20_001), /more than/],
    ['with a huge object', pack([blob(Buffer.alloc(33 * 1024 * 1024))]), /too many bytes/],
    ['with an object larger than it says', pack([entry(3, 10, Buffer.alloc(1_000_000))]), /damaged/],
    ['with an object smaller than it says', pack([entry(3, 10, Buffer.alloc(1))]), /damaged/],
    [
      'of many large objects',
      pack(Array.from({ length: 13 }, () => blob(Buffer.alloc(16_000_000)))),
      /too many bytes/,
    ],
    [
      'with a small delta that makes something huge',
      pack([base, delta(2 ** 40, base.byteLength)]),
      /too many bytes/,
    ],
    ['with a delta on nothing', pack([base, delta(4, 5)]), /deeper/],
    ['with a delta on an object by id', pack([entry(7, 4, Buffer.from('base'))]), /damaged/],
    ['that is cut', pack([base]).subarray(0, 14), /damaged/],
    ['of nothing', Buffer.alloc(0), /damaged/],
  ] as const) {
    it(`${what} is refused`, () => assert.match(checkPack(bytes) ?? 'taken', says));
  }

  it('with a long chain of deltas is refused', () => {
    const entries = [base];
    for (let index = 0; index < 251; index += 1) entries.push(delta(4, entries.at(-1)?.byteLength ?? 0));
    assert.equal(checkPack(pack(entries.slice(0, 251))), null);
    assert.match(checkPack(pack(entries)) ?? 'taken', /deeper/);
  });

  it('of any bytes never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 5 }), (bytes, count) => {
        checkPack(pack([Buffer.from(bytes)], count));
      }),
    );
  });
});

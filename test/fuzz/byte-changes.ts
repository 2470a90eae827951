/** Bytes damaged in a few places, so that readers meet what no writer makes. */
import fc from 'fast-check';

export interface ByteChange {
  readonly kind: 'overwrite' | 'insert' | 'cut' | 'truncate' | 'flip';
  /** Where, in ten-thousandths of the length. */
  readonly at: number;
  readonly piece: readonly number[];
}

/** Interesting values reach more branches than any byte. */
const piece = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 4 }),
  fc.constantFrom(
    [0xff, 0xff, 0xff, 0xff],
    [0xff, 0xff, 0xff, 0x7f],
    [0, 0, 0, 0],
    [0xff, 0xff],
    [0x2f],
    [0x2e, 0x2e, 0x2f],
    [0x50, 0x4b, 1, 2],
    [0x50, 0x4b, 3, 4],
    [0x50, 0x4b, 5, 6],
    [0x50, 0x4b, 6, 6],
    [0x1f, 0x8b],
  ),
);

export const byteChanges: fc.Arbitrary<ByteChange[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('overwrite', 'overwrite', 'flip', 'flip', 'insert', 'cut', 'truncate'),
    // Not fc.double: nearly all doubles between 0 and 1 are next to 0, where only the magic bytes are.
    at: fc.integer({ min: 0, max: 9999 }),
    piece,
  }),
  { maxLength: 4 },
);

export function change(original: Uint8Array, changes: readonly ByteChange[]): Buffer {
  return changes.reduce((bytes, { kind, at, piece: put }) => {
    const position = Math.floor((at / 10_000) * bytes.byteLength);
    const [before, after] = [bytes.subarray(0, position), bytes.subarray(position)];
    switch (kind) {
      case 'truncate':
        return before;
      case 'cut':
        return Buffer.concat([before, after.subarray(put.length)]);
      case 'insert':
        return Buffer.concat([before, Buffer.from(put), after]);
      case 'overwrite':
        return Buffer.concat([before, Buffer.from(put), after.subarray(put.length)]);
      case 'flip': {
        const flipped = Buffer.from(bytes);
        if (position < flipped.length)
          flipped.writeUInt8((flipped[position] ?? 0) ^ (1 << (at % 8)), position);
        return flipped;
      }
    }
  }, Buffer.from(original));
}

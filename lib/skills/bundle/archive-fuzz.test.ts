/** Archives damaged at random: the readers answer every time, in time, and within their limits. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readArchive } from './archive.ts';
import { tarOf, zipOf } from '../../../test/support/archive-fixtures.ts';
import { makeBundle } from './bundle.ts';
import { MAX_FILES, MAX_TOTAL_BYTES } from './limits.ts';
import { checkPath } from './paths.ts';

const skillMd = '---\nname: pdf-tools\ndescription: Reads PDF files.\n---\n';
const parts = [
  { name: 'pdf-tools/SKILL.md', content: skillMd },
  { name: 'pdf-tools/a.txt', content: 'bee'.repeat(50) },
  { name: 'pdf-tools/참고.md', content: '' },
];
/** Longer runs are for nights: FUZZ_RUNS=100000. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** Overwrites, cuts and repeats pieces; interesting values reach more branches than any byte. */
const mutation = fc.record({
  // Not fc.double: nearly all doubles between 0 and 1 are next to 0, where only the magic bytes are.
  at: fc.integer({ min: 0, max: 9999 }).map((place) => place / 10_000),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constantFrom(
      [0xff, 0xff, 0xff, 0xff],
      [0, 0, 0, 0],
      [0xff, 0xff],
      [0x2f],
      [0x2e, 0x2e, 0x2f],
      [0x50, 0x4b, 1, 2],
    ),
  ),
  kind: fc.constantFrom('overwrite', 'overwrite', 'overwrite', 'insert', 'cut', 'truncate'),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(original: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce((bytes, { at, bytes: piece, kind }) => {
    const position = Math.floor(at * bytes.byteLength);
    const [before, after] = [bytes.subarray(0, position), bytes.subarray(position)];
    if (kind === 'truncate') return before;
    if (kind === 'cut') return Buffer.concat([before, after.subarray(piece.length)]);
    if (kind === 'insert') return Buffer.concat([before, Buffer.from(piece), after]);
    return Buffer.concat([before, Buffer.from(piece), after.subarray(piece.length)]);
  }, original);
}

async function assertAnswers(bytes: Uint8Array): Promise<void> {
  const read = await readArchive(bytes);
  if (!read.ok) {
    assert.ok(read.issues.length > 0);
    return;
  }
  assert.ok(read.files.length <= MAX_FILES);
  assert.ok(read.files.reduce((sum, file) => sum + file.bytes.byteLength, 0) <= MAX_TOTAL_BYTES);
  assert.ok(read.files.every((file) => checkPath(file.path) === null));
  makeBundle(read.files, read.directoryName);
}

describe('a damaged archive', () => {
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
  const zip = zipOf(parts);
  const tar = tarOf(parts);

  it('that was a zip', async () => {
    const property = fc.asyncProperty(mutations, (some) => assertAnswers(mutate(zip, some)));
    await fc.assert(property, { seed, numRuns });
  });

  it('that was a tar before it was compressed', async () => {
    const property = fc.asyncProperty(mutations, (some) => assertAnswers(gzipSync(mutate(tar, some))));
    await fc.assert(property, { seed, numRuns });
  });

  it('that was a tar.gz', async () => {
    const compressed = gzipSync(tar);
    const property = fc.asyncProperty(mutations, (some) => assertAnswers(mutate(compressed, some)));
    await fc.assert(property, { seed, numRuns: Math.ceil(numRuns / 3) });
  });

  it('that was never one', async () => {
    const magic = fc.constantFrom([0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [0x1f, 0x8b], [0x1f, 0x8b, 8, 0]);
    const property = fc.asyncProperty(magic, fc.uint8Array({ maxLength: 200 }), (head, rest) =>
      assertAnswers(Buffer.concat([Buffer.from(head), rest])),
    );
    await fc.assert(property, { seed, numRuns: Math.ceil(numRuns / 3) });
  });
});

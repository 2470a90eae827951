/** A zip in which another reader could find something else is refused, however honest each of its parts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zipOf } from '../../../test/support/archive-fixtures.ts';
import { readArchive } from './archive.ts';
import { SEE_ZIP64 } from './zip-layout.ts';

const good = { name: 'SKILL.md', content: 'hello' };

async function refusal(bytes: Uint8Array): Promise<string> {
  const read = await readArchive(bytes);
  assert.ok(!read.ok, 'the archive was read');
  return read.issues.map(({ message }) => message).join('\n');
}

describe('the layout of a zip', () => {
  it('must not hold an entry that its directory does not list', async () => {
    const hidden = zipOf([{ name: 'hidden', content: 'x' }]).subarray(0, -22 - 52);
    assert.match(await refusal(zipOf([good], { gap: hidden })), /belong to no entry/);
    assert.match(await refusal(zipOf([{ ...good, trailing: hidden }])), /belong to no entry/);
    const parts = [{ name: 'hidden', content: 'x' }, good];
    const one = centralSize('hidden');
    const shown = {
      count: 1,
      size: centralSize('SKILL.md'),
      offset: zipOf(parts).length - 22 - centralSize('SKILL.md'),
    };
    assert.match(await refusal(zipOf(parts, shown)), /belong to no entry/);
    assert.match(await refusal(zipOf(parts, { count: 1 })), /say the same of its directory/);
    assert.match(await refusal(zipOf(parts, { size: one })), /say the same of its directory/);
  });

  it('must not have two directories', async () => {
    for (const other of [{ count: 2 }, { size: 9 }, { offset: 9 }]) {
      assert.match(await refusal(zipOf([good], { zip64: {}, ...other })), /say the same of its directory/);
    }
    const afterDirectory = Buffer.from('more');
    assert.match(await refusal(zipOf([good], { afterDirectory })), /say the same of its directory/);
  });

  for (const [what, part, end] of [
    ['streamed', { descriptor: 'signed' }, {}],
    ['streamed by a writer that leaves the signature out', { descriptor: 'plain' }, {}],
    ['large', { isZip64: true }, { zip64: {} }],
    [
      'large and streamed',
      { isZip64: true, descriptor: 'signed' },
      { zip64: {}, count: 0xffff, size: SEE_ZIP64 },
    ],
    ['commented', { comment: Buffer.from('a comment') }, { comment: Buffer.from('another') }],
  ] as const) {
    it(`may be ${what}`, async () => {
      const parts = [good, { name: 'b', content: 'bee' }].map((each) => ({ ...each, ...part }));
      const read = await readArchive(zipOf(parts, end));
      assert.ok(read.ok, JSON.stringify(read));
      assert.deepEqual(
        read.files.map(({ path }) => path),
        ['SKILL.md', 'b'],
      );
    });
  }
});

/** The header of an empty folder or file in the directory. */
function centralSize(name: string): number {
  return 46 + name.length;
}

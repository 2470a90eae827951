/** Archives come out the same every time, and a download is believed only within bounds. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipFile } from 'yazl';
import { contentDigest } from '../kernel/content-digest.ts';
import { DOWNLOAD_LIMITS, packZip, unpackZip } from './archive.ts';
import { MalformedAnswer } from './classify.ts';

const file = (path: string, text = path) => ({ path, bytes: Buffer.from(text) });
const FILES = [file('scripts/run.py'), file('SKILL.md'), file('참고/문서.md')];

describe('packing', () => {
  it('gives the same bytes whatever the order, and what went in comes out', async () => {
    const one = await packZip(FILES);
    assert.deepEqual(await packZip(FILES.toReversed()), one);
    assert.equal(contentDigest(await unpackZip(one)), contentDigest(FILES));
  });

  it('does not depend on the time zone', async () => {
    const here = await packZip(FILES);
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Kiritimati';
    const there = await packZip(FILES);
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
    assert.deepEqual(there, here);
  });

  it('puts everything into the folder asked for, which reading takes off again', async () => {
    const zip = Buffer.from(await packZip(FILES, 'my-skill'));
    assert.ok(zip.includes('my-skill/SKILL.md'));
    assert.equal(contentDigest(await unpackZip(zip)), contentDigest(FILES));
  });
});

describe('reading a download', () => {
  const refused = (bytes: Uint8Array, limits = DOWNLOAD_LIMITS) =>
    assert.rejects(unpackZip(bytes, limits), MalformedAnswer);

  it('refuses what is no zip, or only part of one', async () => {
    const zip = await packZip(FILES);
    await refused(new Uint8Array());
    await refused(Buffer.from('<html>'));
    await refused(zip.subarray(0, zip.length - 10));
  });

  it('refuses damaged content', async () => {
    const zip = Buffer.from(await packZip([file('a.txt', 'a'.repeat(10_000))]));
    zip.writeUInt8(zip.readUInt8(45) ^ 0xff, 45);
    await refused(zip);
  });

  for (const hostile of ['../outside.txt', '/etc/passwd', 'C:/x.txt', 'a\\..\\b.txt']) {
    it(`refuses the path ${hostile}`, async () => {
      // The writer refuses such names, so a harmless one of the same length is replaced in the bytes.
      const placeholder = 'p'.repeat(hostile.length);
      const zip = Buffer.from(await packZip([file(placeholder, 'x')]));
      for (let at = zip.indexOf(placeholder); at !== -1; at = zip.indexOf(placeholder))
        zip.write(hostile, at);
      await refused(zip);
    });
  }

  it('refuses links, a path twice, too many files and too many bytes', async () => {
    await refused(await written([['link', 'target', 0o120777]]));
    await refused(
      await written([
        ['a', '1', 0o100644],
        ['a', '2', 0o100644],
      ]),
    );
    const zip = await packZip(FILES);
    await refused(zip, { ...DOWNLOAD_LIMITS, maxFiles: 2 });
    await refused(zip, { ...DOWNLOAD_LIMITS, maxFileBytes: 10 });
    await refused(zip, { ...DOWNLOAD_LIMITS, maxTotalBytes: 20 });
  });

  it('never throws anything but MalformedAnswer', async () => {
    const zip = await packZip(FILES);
    const flips = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const damaged = Buffer.from(zip);
        for (const [at, value] of changes) damaged.writeUInt8(value, at);
        try {
          await unpackZip(damaged);
        } catch (error) {
          assert.ok(error instanceof MalformedAnswer);
        }
      }),
      { numRuns: 200 },
    );
  });
});

async function written(entries: (readonly [string, string, number])[]): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [name, text, mode] of entries) zip.addBuffer(Buffer.from(text), name, { mode });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Archives that are written come back the same; those that are dangerous are refused. */
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import yazl from 'yazl';
import { ANY_SIZE, asHex, sampleFiles } from './sample-skills.ts';
import { BadBundle, readZip, writeZip } from './zip.ts';

async function archiveOf(add: (archive: yazl.ZipFile) => void): Promise<Buffer> {
  const archive = new yazl.ZipFile();
  add(archive);
  archive.end();
  return await buffer(archive.outputStream);
}

describe('an archive', () => {
  it('comes back byte for byte, and equal files give equal bytes', async () => {
    const segment = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    const file = fc.record({ path, bytes: fc.uint8Array({ maxLength: 200 }) });
    const files = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(files, async (files) => {
        const zip = await writeZip(files);
        assert.deepEqual(asHex(await readZip(zip, ANY_SIZE)), asHex(files));
        assert.deepEqual(await writeZip(files.toReversed()), zip);
      }),
      { numRuns: 50 },
    );
  });

  it('of any bytes is read or refused, never more', async () => {
    const good = await writeZip(sampleFiles());
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Buffer.from(good);
        for (const [index, byte] of changes) damaged[index] = byte;
        await readZip(damaged, ANY_SIZE).catch((error: unknown) => assert.ok(error instanceof BadBundle));
      }),
      { numRuns: 200 },
    );
  });

  it('is refused with a symbolic link, a doubled name, too many entries or too many bytes', async () => {
    const text = Buffer.from('x');
    const link = await archiveOf((archive) => archive.addBuffer(text, 'link', { mode: 0o120777 }));
    await assert.rejects(readZip(link, ANY_SIZE), /symbolic link/);
    const doubled = await archiveOf((archive) => {
      archive.addBuffer(text, 'same');
      archive.addBuffer(text, 'same');
    });
    await assert.rejects(readZip(doubled, ANY_SIZE), /twice/);
    const zip = await writeZip(sampleFiles());
    await assert.rejects(readZip(zip, { ...ANY_SIZE, maxEntries: 2 }), /more than 2 entries/);
    await assert.rejects(readZip(zip, { ...ANY_SIZE, maxBytes: 20 }), /more bytes than allowed/);
    const zeros = await writeZip([{ path: 'zeros', bytes: Buffer.alloc(1024 * 1024) }]);
    await assert.rejects(readZip(zeros, { ...ANY_SIZE, maxRatio: 100 }), /more bytes than allowed/);
  });

  it('is refused with a path that leaves it', async () => {
    const zip = await writeZip([{ path: 'aa/bb', bytes: Buffer.from('x') }]);
    const evil = Buffer.from(zip.toString('latin1').replaceAll('aa/bb', '../bb'), 'latin1');
    await assert.rejects(readZip(evil, ANY_SIZE), BadBundle);
  });
});

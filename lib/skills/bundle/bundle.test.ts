/** What makes files a skill, and that the same files are the same bundle wherever they have been. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readArchive } from './archive.ts';
import { tarOf } from '../../../test/support/archive-fixtures.ts';
import { type Bundle, deterministicZip, makeBundle } from './bundle.ts';
import type { BundleFile } from './bundle-file.ts';
import type { BundleIssue } from './issues.ts';

const skillMd = '---\nname: pdf-tools\ndescription: Reads PDF files.\n---\n';

function file(path: string, content: string | Uint8Array = 'x'): BundleFile {
  return { path, bytes: Buffer.from(content) };
}

function bundleOf(files: readonly BundleFile[], directoryName: string | null = null): Bundle {
  const made = makeBundle(files, directoryName);
  assert.ok(made.ok, JSON.stringify(made));
  return made.bundle;
}

function issuesOf(files: readonly BundleFile[], directoryName: string | null = null): BundleIssue[] {
  const made = makeBundle(files, directoryName);
  assert.ok(!made.ok, 'it was accepted');
  return made.issues;
}

describe('a bundle', () => {
  it('has its files in order of their bytes, counted and measured', () => {
    const bundle = bundleOf([file('scripts/b.py', 'bee'), file('SKILL.md', skillMd), file('scripts/B2')]);
    assert.deepEqual(
      bundle.files.map(({ path }) => path),
      ['SKILL.md', 'scripts/B2', 'scripts/b.py'],
    );
    assert.equal(bundle.fileCount, 3);
    assert.equal(bundle.sizeBytes, skillMd.length + 4);
    assert.match(bundle.digest, /^sha256:[0-9a-f]{64}$/);
    assert.equal(bundle.manifest.name, 'pdf-tools');
  });

  it('has composed paths, however the letters came', () => {
    const decomposed = bundleOf([file('SKILL.md', skillMd), file('참고.md'.normalize('NFD'))]);
    const composed = bundleOf([file('SKILL.md', skillMd), file('참고.md')]);
    assert.equal(decomposed.digest, composed.digest);
    assert.equal(decomposed.files[1]?.path, '참고.md');
  });

  it('has none of the debris of a Mac, but every file that was meant', () => {
    const files = ['.DS_Store', 'a/.DS_Store', '__MACOSX/x'].map((path) => file(path));
    const forks = [file('a/._b', '\0\x05\x16\x07rest'), file('a/._c', 'meant')];
    const { files: kept } = bundleOf([file('SKILL.md', skillMd), ...files, ...forks]);
    assert.deepEqual(
      kept.map(({ path }) => path),
      ['SKILL.md', 'a/._c'],
    );
  });

  it('has the name of its folder', () => {
    assert.equal(bundleOf([file('SKILL.md', skillMd)], 'pdf-tools').manifest.name, 'pdf-tools');
    const [issue] = issuesOf([file('SKILL.md', skillMd)], 'pdf');
    assert.match(issue?.message ?? '', /must equal the name of its folder, "pdf"/);
    const korean = '---\nname: 회의록\ndescription: d\n---\n';
    assert.equal(bundleOf([file('SKILL.md', korean)], '회의록'.normalize('NFD')).manifest.name, '회의록');
  });

  it('has a SKILL.md, and says what it found instead', () => {
    assert.match(issuesOf([])[0]?.message ?? '', /must be a SKILL.md at the root/);
    assert.match(issuesOf([file('pdf/SKILL.md')])[0]?.message ?? '', /there is one at "pdf\/SKILL.md"/);
    const [variant] = issuesOf([file('a'), file('skill.md', skillMd)]);
    assert.deepEqual([variant?.file, variant?.pathOf], ['skill.md', 1]);
    assert.match(variant?.message ?? '', /must be named SKILL.md/);
    assert.match(issuesOf([file('SKILL.md', skillMd), file('Skill.md')])[0]?.message ?? '', /case/);
  });

  it('lists what is wrong with paths, sizes and SKILL.md at once', () => {
    const files = [
      file('../x'),
      file('SKILL.md', '---\nname: X\n---\n'),
      file('big', new Uint8Array(17 << 20)),
    ];
    assert.deepEqual(
      issuesOf(files).map(({ file, message }) => `${file}: ${message}`.replace(/,.*/, '')),
      [
        "../x: must not contain '..'",
        'big: must be at most 16 MB',
        'SKILL.md: description is required',
        'SKILL.md: name must be lower-case',
      ],
    );
  });

  it('has at most 500 files and 30 MB', () => {
    const many = Array.from({ length: 499 }, (_, index) => file(`f${index}`));
    assert.equal(bundleOf([file('SKILL.md', skillMd), ...many]).fileCount, 500);
    assert.match(issuesOf([file('SKILL.md', skillMd), file('g'), ...many])[0]?.message ?? '', /500 files/);
    const half = new Uint8Array(15 << 20);
    const large = [file('SKILL.md', skillMd), { path: 'a', bytes: half }, { path: 'b', bytes: half }];
    assert.match(issuesOf(large)[0]?.message ?? '', /30 MB/);
  });
});

describe('the zip of a bundle', () => {
  it('has the same bytes whatever the order of the files and the zone of the machine', async () => {
    const files = [file('SKILL.md', skillMd), file('a/b.txt', 'bee'), file('a/참고.md', '')];
    const zip = await deterministicZip(bundleOf(files));
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Kiritimati';
    assert.deepEqual(await deterministicZip(bundleOf(files.toReversed())), zip);
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('can hold everything in one folder', async () => {
    const bundle = bundleOf([file('SKILL.md', skillMd), file('a/b.txt')]);
    const read = await readArchive(await deterministicZip(bundle, { topFolder: 'pdf-tools' }));
    assert.ok(read.ok);
    assert.equal(read.directoryName, 'pdf-tools');
    assert.equal(bundleOf(read.files, read.directoryName).digest, bundle.digest);
  });
});

describe('any bundle', () => {
  const segment = fc.stringMatching(/^[a-z가-힣0-9_ .-]{0,6}[a-z가-힣0-9]$/);
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
  const files = fc
    .array(fc.record({ path, bytes: fc.uint8Array({ maxLength: 600 }) }), { maxLength: 8 })
    .map((some) => [file('SKILL.md', skillMd), ...some])
    .filter((some) => makeBundle(some, null).ok);

  it('comes back from a zip and from a tar.gz as the same', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (some) => {
        const bundle = bundleOf(some);
        const parts = bundle.files.map(({ path, bytes }) => ({ name: path, content: Buffer.from(bytes) }));
        // The plain header of a tar holds names of up to 100 bytes.
        const fitsTar = parts.every(({ name }) => Buffer.byteLength(name) <= 100);
        const archives = [await deterministicZip(bundle), ...(fitsTar ? [gzipSync(tarOf(parts))] : [])];
        for (const archive of archives) {
          const read = await readArchive(archive);
          assert.ok(read.ok, JSON.stringify(read));
          assert.equal(bundleOf(read.files).digest, bundle.digest);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

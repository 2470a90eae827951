/** Archives made to escape, to exhaust or to show two readers two things are refused, each for its own reason. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { readArchive } from './archive.ts';
import { issuesForArchive } from './issues.ts';
import {
  longNamed,
  tarGzOf,
  tarOf,
  unicodePathField,
  type ZipPart,
  zipOf,
} from '../../../test/support/archive-fixtures.ts';

const good = { name: 'SKILL.md', content: 'hello' };
const MEBIBYTE = 1024 * 1024;

async function refusal(bytes: Uint8Array): Promise<string> {
  const read = await readArchive(bytes);
  assert.ok(!read.ok, 'the archive was read');
  return read.issues.map(({ file, message }) => `${file}: ${message}`).join('\n');
}

async function contents(bytes: Uint8Array): Promise<{ paths: string[]; directoryName: string | null }> {
  const read = await readArchive(bytes);
  assert.ok(read.ok, JSON.stringify(read));
  return { paths: read.files.map((file) => file.path), directoryName: read.directoryName };
}

const escapes: ReadonlyArray<readonly [name: string, reason: RegExp]> = [
  ['../x', /must not contain '\.\.'/],
  ['a/../../x', /must not contain '\.\.'/],
  ['/etc/passwd', /must be relative/],
  ['C:/x', /drive letter/],
  ['a\\x', /backslash/],
  ['..\\x', /backslash/],
  ['a\nb', /control characters/],
  ['a//b', /empty parts/],
  ['a/./b', /'\.' as a folder/],
];

describe('a zip', () => {
  it('gives its files, without the folder around them and without debris', async () => {
    const zip = zipOf([
      { name: 'pdf-tools/', mode: 0o040755, data: Buffer.alloc(0), method: 0 },
      { name: 'pdf-tools/SKILL.md', content: 'hello' },
      { name: 'pdf-tools/scripts/run.py', content: 'print()' },
      { name: 'pdf-tools/.DS_Store', content: 'x' },
      { name: '__MACOSX/pdf-tools/._SKILL.md', content: 'x' },
    ]);
    assert.deepEqual(await contents(zip), {
      paths: ['SKILL.md', 'scripts/run.py'],
      directoryName: 'pdf-tools',
    });
  });

  it('keeps folders that are not around everything, and stored files', async () => {
    const stored = { name: 'a/b.txt', content: 'bee', data: Buffer.from('bee'), method: 0 };
    assert.deepEqual(await contents(zipOf([good, stored])), {
      paths: ['SKILL.md', 'a/b.txt'],
      directoryName: null,
    });
  });

  for (const [name, reason] of [...escapes, ['a\0b', /NUL/] as const]) {
    it(`must not hold ${JSON.stringify(name)}`, async () => {
      assert.match(await refusal(zipOf([good, { name, content: 'x' }])), reason);
    });
  }

  it('may have a path of 1024 bytes, the folder around everything not counted', async () => {
    const path = `${'a/'.repeat(511)}ab`;
    const around = (name: string) => zipOf([{ name: 'pdf-tools/SKILL.md' }, { name: `pdf-tools/${name}` }]);
    assert.deepEqual((await contents(around(path))).paths, ['SKILL.md', path]);
    assert.match(await refusal(around(`${path}c`)), /1024 bytes/);
  });

  it('must not hold folders that escape', async () => {
    const folder = { name: '../up/', mode: 0o040755, data: Buffer.alloc(0), method: 0 };
    assert.match(await refusal(zipOf([good, folder])), /must not contain '\.\.'/);
  });

  const lies: ReadonlyArray<readonly [what: string, parts: readonly ZipPart[], reason: RegExp]> = [
    ['a symbolic link', [{ name: 'l', content: '/etc', mode: 0o120777 }], /not a link/],
    ['a fifo', [{ name: 'l', mode: 0o010644 }], /not a link or a device/],
    ['a device', [{ name: 'l', mode: 0o020644 }], /not a link or a device/],
    ['an encrypted entry', [{ name: 'l', content: 'x', flags: 1 }], /encrypted/],
    ['strong encryption', [{ name: 'l', content: 'x', flags: 0x40 }], /damaged/],
    ['an unknown method', [{ name: 'l', content: 'x', method: 12 }], /stored or deflated/],
    ['a name that is not UTF-8', [{ name: Buffer.from([0xff, 0xfe]), content: 'x' }], /UTF-8/],
    ['another name in front', [{ name: 'l', content: 'x', local: { name: 'm' } }], /alike/],
    ['another method in front', [{ name: 'l', content: 'x', local: { method: 0 } }], /alike/],
    ['another size in front', [{ name: 'l', content: 'x', local: { declaredSize: 7 } }], /alike/],
    ['more bytes than declared', [{ name: 'l', content: 'abc', declaredSize: 2 }], /size and checksum/],
    ['fewer bytes than declared', [{ name: 'l', content: 'abc', declaredSize: 9 }], /size and checksum/],
    ['a wrong checksum', [{ name: 'l', content: 'abc', declaredCrc: 1 }], /size and checksum/],
    [
      'bytes after the compressed ones',
      [{ name: 'l', content: 'abc', data: Buffer.concat([deflateRawSync('abc'), Buffer.from('more')]) }],
      /size and checksum/,
    ],
    [
      'two entries in the same bytes',
      [
        { name: 'l', content: 'abc' },
        { name: 'l', content: 'abc', sharesBytesOf: 1 },
      ],
      /share bytes/,
    ],
    ['one path twice', [{ name: 'l' }, { name: 'l' }], /must not occur twice/],
    ['a path in two cases', [{ name: 'l' }, { name: 'L' }], /more than case/],
    ['a path in two compositions', [{ name: 'caf\u00e9' }, { name: 'cafe\u0301' }], /must not occur twice/],
    ['a file that is a folder too', [{ name: 'l' }, { name: 'l/x' }], /both a file and a folder/],
    ['a folder with content', [{ name: 'l/', content: 'x', mode: 0o040755 }], /being a folder/],
    ['a folder by mode alone', [{ name: 'l', mode: 0o040755 }], /by name or mode alone/],
    ['a second name of its own', [{ name: 'l', extra: unicodePathField('l', 'm') }], /two different names/],
    ['a second name in front', [{ name: 'l', local: { extra: unicodePathField('l', 'm') } }], /alike/],
    ['other large sizes in front', [{ name: 'l', isZip64: true, local: { extra: zip64Field(9) } }], /alike/],
    [
      'another size behind its content',
      [{ name: 'l', content: 'x', descriptor: 'signed', trailing: Buffer.alloc(16) }],
      /belong to no entry/,
    ],
    ['thousands of extra fields', [{ name: 'l', extra: Buffer.alloc(4 * 33, 'xx\0\0') }], /too many extra/],
    ['a name of 64 KB', [{ name: 'x'.repeat(65_000) }], /1024 bytes/],
  ];
  for (const [what, parts, reason] of lies) {
    it(`must not hold ${what}`, async () => {
      assert.match(await refusal(zipOf([good, ...parts])), reason);
    });
  }

  it('must not be truncated, wherever it is cut', async () => {
    const zip = zipOf([good, { name: 'b', content: 'bee' }]);
    for (let length = 4; length < zip.byteLength; length += 1) {
      assert.match(await refusal(zip.subarray(0, length)), /damaged/);
    }
  });

  it('must not be followed by other bytes', async () => {
    assert.match(await refusal(Buffer.concat([zipOf([good]), Buffer.from('junk')])), /damaged/);
  });

  it('is refused in few words, whatever its names', async () => {
    const parts = Array.from({ length: 100 }, (_, index) => ({ name: `${index}\\${'n'.repeat(60_000)}` }));
    const read = await readArchive(zipOf(parts));
    assert.ok(!read.ok);
    assert.ok(JSON.stringify(issuesForArchive(read.issues)).length < 60_000);
  });
});

describe('a tar.gz', () => {
  it('gives its files, whether packed as a folder or from within it', async () => {
    const folder = [
      { name: 'pdf-tools/', type: '5' },
      { name: 'pdf-tools/SKILL.md', content: 'hello' },
      { name: 'pdf-tools/._SKILL.md', content: '\0\x05\x16\x07' },
    ];
    assert.deepEqual(await contents(tarGzOf(folder)), { paths: ['SKILL.md'], directoryName: 'pdf-tools' });
    const within = [
      { name: './', type: '5' },
      { name: './SKILL.md', content: 'hello' },
    ];
    assert.deepEqual(await contents(tarGzOf(within)), { paths: ['SKILL.md'], directoryName: null });
  });

  for (const [name, reason] of escapes) {
    it(`must not hold ${JSON.stringify(name)}`, async () => {
      assert.match(await refusal(tarGzOf([good, { name, content: 'x' }])), reason);
    });
  }

  for (const [type, what] of [
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a character device'],
    ['4', 'a block device'],
    ['6', 'a fifo'],
    ['S', 'an unknown type'],
  ] as const) {
    it(`must not hold ${what}`, async () => {
      const part = { name: 'l', type, ...(['1', '2'].includes(type) && { target: '/etc/passwd' }) };
      assert.match(await refusal(tarGzOf([good, part])), /not a link, a device or anything else/);
    });
  }

  it('must not hold one path twice', async () => {
    assert.match(await refusal(tarGzOf([good, good])), /must not occur twice/);
  });

  it('must not be truncated', async () => {
    const tar = tarGzOf([good]);
    assert.match(await refusal(tar.subarray(0, tar.byteLength - 9)), /damaged/);
    const short = tarOf([{ name: 'SKILL.md', content: 'x', declaredSize: 4096 }]);
    assert.match(await refusal(gzipSync(short)), /damaged/);
  });

  it('must not have a name of a megabyte, given in a header of its own', async () => {
    const path = 'a/'.repeat(400_000);
    for (const style of ['pax', 'gnu'] as const) {
      const named = longNamed([{ name: `${path}x`, content: 'x' }], style);
      assert.match(await refusal(gzipSync(tarOf([good, ...named]), { level: 0 })), /1024 bytes/);
    }
  });

  it('must not have a damaged header', async () => {
    const tar = tarOf([good]);
    tar[0] = 0x58;
    assert.match(await refusal(gzipSync(tar)), /damaged/);
  });

  it('must not be compressed twice, nor followed by other bytes', async () => {
    assert.match(await refusal(gzipSync(tarGzOf([good]))), /compressed twice/);
    for (const more of ['junk', '\0\0\0\0']) {
      const followed = Buffer.concat([tarGzOf([good]), Buffer.from(more)]);
      assert.match(await refusal(followed), /must end where its content ends|damaged/);
    }
  });
});

describe('the limits of an archive', () => {
  const kinds = [
    { kind: 'zip', pack: zipOf, packStored: zipStored },
    { kind: 'tar.gz', pack: tarGzOf, packStored: tarGzStored },
  ] as const;
  const noise = incompressible(15.5 * MEBIBYTE);

  for (const { kind, pack, packStored } of kinds) {
    it(`${kind}: 500 files, not 501`, async () => {
      const files = Array.from({ length: 500 }, (_, index) => ({ name: `f${index}`, content: 'x' }));
      assert.equal((await contents(pack(files))).paths.length, 500);
      assert.match(await refusal(pack([...files, { name: 'one-more' }])), /at most 500 files/);
    });

    it(`${kind}: not thousands of folders either`, async () => {
      const folders = Array.from({ length: 2001 }, (_, index) => ({ name: `f${index}`, type: '5' }));
      assert.match(await refusal(pack([good, ...folders])), /at most 2000 entries|at most 500 files/);
    });

    it(`${kind}: 16 MB a file and 30 MB in all`, async () => {
      const two = ['a', 'b'].map((name) => ({ name, content: noise }));
      assert.match(await refusal(packStored(two)), /must unpack to at most 30 MB/);
      const large = Buffer.concat([noise, noise.subarray(0, MEBIBYTE)]);
      assert.match(await refusal(packStored([{ name: 'a', content: large }])), /a: must be at most 16 MB/);
      assert.deepEqual((await contents(packStored(two.slice(1)))).paths, ['b']);
    });

    it(`${kind}: at most 100 times its size, unless it is tiny`, async () => {
      const repeated = (bytes: number) => pack([{ name: 'a', content: Buffer.alloc(bytes, 'a') }]);
      assert.match(await refusal(repeated(MEBIBYTE)), /at most 100 times its own size/);
      assert.deepEqual((await contents(repeated(100_000))).paths, ['a']);
    });
  }
});

it('what is no archive is said to be none', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('---\nname: x'), Buffer.from('PK'), tarOf([good])]) {
    assert.match(await refusal(bytes), /must be a zip or a tar.gz/);
  }
});

interface Part {
  readonly name: string;
  readonly content: Buffer;
}

function zipStored(parts: readonly Part[]): Buffer {
  return zipOf(parts.map((part) => ({ ...part, method: 0, data: part.content })));
}

function tarGzStored(parts: readonly Part[]): Buffer {
  return gzipSync(tarOf(parts), { level: 0 });
}

function zip64Field(size: number): Buffer {
  const field = Buffer.alloc(20);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(16, 2);
  field.writeBigUInt64LE(BigInt(size), 4);
  return field;
}

/** Bytes that deflate cannot shrink, the same in every run. */
function incompressible(length: number): Buffer {
  let state = 1;
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32BE(Math.imul(state ^ (state >>> 15), 2246822519) >>> 0, at);
  }
  return bytes;
}

/** Archives made to exhaust whoever reads them, each by its own way; all of them must be refused cheaply. */
import { hash } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import {
  longNamed,
  paxRecords,
  type TarPart,
  tarOf,
  type ZipPart,
  zipOf,
} from '../support/archive-fixtures.ts';

const MEBIBYTE = 1024 * 1024;
const LARGEST_UPLOAD = 45 * MEBIBYTE;
const skill = { name: 'SKILL.md', content: '---\nname: pdf-tools\ndescription: Reads PDF files.\n---\n' };

export interface HeavyArchive {
  readonly what: string;
  readonly bytes: () => Buffer;
}

export const HEAVY_ARCHIVES: readonly HeavyArchive[] = [
  { what: 'zip: 100 MB of zeros', bytes: () => zipOf([skill, bomb(100)]) },
  {
    what: 'zip: 100 MB of zeros, said to be ten bytes',
    bytes: () => zipOf([skill, { ...bomb(100), declaredSize: 10 }]),
  },
  { what: 'zip: 400 files, each all of the same 16 MB', bytes: () => zipOf([skill, ...sharing(400)]) },
  { what: 'zip: 400 files quoted into each other', bytes: () => quoted(400) },
  { what: 'zip: as many empty files as fit', bytes: () => emptyFiles(LARGEST_UPLOAD, undefined) },
  { what: 'zip: as many empty files as fit, said to be one', bytes: () => emptyFiles(LARGEST_UPLOAD, 1) },
  {
    what: 'zip: names of 64 KB',
    bytes: () => zipOf(numbered(340, (index) => `${index}`.padEnd(65_535, 'n'))),
  },
  {
    what: 'zip: names of 32,000 folders',
    bytes: () => zipOf(numbered(340, (index) => `${index}${'/a'.repeat(32_000)}`)),
  },
  {
    what: 'zip: names of 1,000 folders',
    bytes: () => zipOf(numbered(340, (index) => `${index}${`/${'d'.repeat(60)}`.repeat(1000)}`)),
  },
  { what: 'zip: 2,000 files 500 folders deep', bytes: () => zipOf(numbered(2000, deepPath)) },
  { what: 'zip: comments of 64 KB', bytes: () => zipOf(commented(680)) },
  { what: 'zip: sixteen thousand extra fields each', bytes: () => zipOf(commented(680, 'extra')) },
  { what: 'zip: a zip in a zip in a zip', bytes: () => nested(6) },
  { what: 'gzip: 100 MB of zeros', bytes: () => gzipSync(Buffer.alloc(100 * MEBIBYTE), { level: 1 }) },
  { what: 'gzip: two million members', bytes: () => repeated(gzipSync(''), LARGEST_UPLOAD) },
  {
    what: 'gzip: a member of zeros, many times',
    bytes: () => repeated(gzipSync(Buffer.alloc(MEBIBYTE)), 2 * MEBIBYTE),
  },
  {
    what: 'tar: as many empty files as fit',
    bytes: () => stored(tarOf(numbered(60_000, (index) => `f${index}`))),
  },
  {
    what: 'tar: as many links as fit',
    bytes: () => stored(tarOf(numbered(60_000, (index) => `f${index}`, { type: '2', target: 'x' }))),
  },
  { what: 'tar: headers that are all damaged', bytes: () => stored(Buffer.alloc(33 * MEBIBYTE, 'damaged ')) },
  { what: 'tar: names of 900 KB, 1,000 folders deep', bytes: () => longTar(4, 'pax') },
  { what: 'tar: GNU names of 900 KB, 1,000 folders deep', bytes: () => longTar(4, 'gnu') },
  { what: 'tar: as many names of 900 KB as fit', bytes: () => stored(longTarPlain(30)) },
  { what: 'tar: one name of 900 KB for everybody', bytes: () => compressed(globalName(3000)) },
  { what: 'tar: global headers one after the other', bytes: () => stored(tarOf(globals(2000))) },
  { what: 'tar: a header of 100,000 records', bytes: () => stored(tarOf([manyRecords(100_000), skill])) },
  {
    what: 'tar: a header of 8 GB',
    bytes: () => stored(tarOf([{ name: 'x', type: 'x', declaredSize: 0o77777777777 }, skill])),
  },
  {
    what: 'tar: a sparse file of 8 GB',
    bytes: () =>
      stored(tarOf([skill, { name: 's', type: 'S', declaredSize: 512, content: Buffer.alloc(512) }])),
  },
  {
    what: 'tar: 2,000 files 500 folders deep',
    bytes: () => stored(tarOf(longNamed(numbered(2000, deepPath), 'gnu'))),
  },
];

/** For whoever takes more than one skill. */
export const HEAVY_IMPORTS: readonly HeavyArchive[] = [
  ...HEAVY_ARCHIVES.filter(({ what }) => /folders|names|as fit/.test(what)),
  { what: 'tar: 120 MB of zeros in files of 15 MB', bytes: () => padded(tarOf([skill, ...zeros(8)])) },
  {
    what: 'tar: 15,000 skills 500 folders deep',
    bytes: () => padded(tarOf(longNamed(numbered(15_000, deepSkill), 'gnu'))),
  },
];

function zeros(count: number): TarPart[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `z${index}`,
    content: Buffer.alloc(15 * MEBIBYTE),
  }));
}

function deepSkill(index: number): string {
  return `${deepPath(index)}/SKILL.md`;
}

/** With just enough that does not compress, so that the ratio is not what it is refused for. */
function padded(tar: Buffer): Buffer {
  const noise = { name: 'noise', content: incompressible(tar.length / 90) };
  return compressed(Buffer.concat([tar.subarray(0, -1024), tarOf([noise])]));
}

function incompressible(length: number): Buffer {
  const block = Buffer.alloc(Math.ceil(length / 32) * 32);
  for (let at = 0; at < block.length; at += 32) hash('sha256', String(at), 'buffer').copy(block, at);
  return block;
}

/** Declared as it is, without the content being made again for every part that shares it. */
function bomb(megabytes: number): ZipPart {
  const content = Buffer.alloc(megabytes * MEBIBYTE);
  const data = deflateRawSync(content, { level: 1 });
  return { name: 'bomb', data, declaredSize: content.length, declaredCrc: crc32(content) };
}

function sharing(count: number): ZipPart[] {
  const one = { ...bomb(16), name: 'b0' };
  return [
    one,
    ...Array.from({ length: count }, (_, index) => ({ ...one, name: `b${index + 1}`, sharesBytesOf: 1 })),
  ];
}

/** Each entry begins a little later in the same bytes and claims what is really there. */
function quoted(count: number): Buffer {
  const kernel = bomb(16);
  return zipOf([
    { ...kernel, name: 'b' },
    ...Array.from({ length: count }, (_, index) => ({
      ...kernel,
      name: 'b',
      sharesBytesOf: 0,
      offset: index % 3,
      declaredSize: 60_000,
    })),
  ]);
}

function numbered<T extends object>(
  count: number,
  name: (index: number) => string,
  more?: T,
): ({ name: string; content: string } & T)[] {
  return Array.from({ length: count }, (_, index) => ({ name: name(index), content: '', ...(more as T) }));
}

function deepPath(index: number): string {
  return `${index}`.padStart(5, '0') + '/a'.repeat(505);
}

function emptyFiles(bytes: number, count: number | undefined): Buffer {
  const header = zipOf([{ name: 'f', content: '' }]).subarray(-22 - 47, -22);
  const head = zipOf([{ name: 'f', content: '' }]).subarray(0, -22 - 47);
  const entries = Math.floor((bytes - 200) / header.length);
  const directory = repeated(header, entries * header.length);
  const tail = zipOf([], {
    count: count ?? 0xffff,
    size: directory.length,
    offset: head.length,
    ...(count === undefined && { zip64: { count: entries, size: directory.length, offset: head.length } }),
  });
  // The locator says where the record of large archives is, which is after what is put in front here.
  if (count === undefined) tail.writeBigUInt64LE(BigInt(head.length + directory.length), 64);
  return Buffer.concat([head, directory, tail]);
}

function commented(count: number, where: 'comment' | 'extra' = 'comment'): ZipPart[] {
  const filler = Buffer.alloc(65_532, where === 'extra' ? '\x77\x77\0\0' : 'c');
  return numbered(count, (index) => `f${index}`, { [where]: filler });
}

function nested(depth: number): Buffer {
  return depth === 0 ? zipOf([skill, bomb(20)]) : zipOf([{ name: 'inner.zip', content: nested(depth - 1) }]);
}

function repeated(piece: Uint8Array, bytes: number): Buffer {
  return Buffer.alloc(Math.floor(bytes / piece.length) * piece.length, piece);
}

function compressed(tar: Buffer): Buffer {
  return gzipSync(tar, { level: 1 });
}

/** So that it is not refused for its ratio before anything else. */
function stored(tar: Buffer): Buffer {
  return gzipSync(tar, { level: 0 });
}

function longName(index: number): string {
  return `${index}${`/${'d'.repeat(900)}`.repeat(1000)}`;
}

function longTar(count: number, style: 'pax' | 'gnu'): Buffer {
  return compressed(tarOf(longNamed(numbered(count, longName), style)));
}

function longTarPlain(count: number): Buffer {
  return tarOf(
    longNamed(
      numbered(count, (index) => `${index}`.padEnd(900_000, '가')),
      'gnu',
    ).map(cut),
  );
}

/** The reader takes no header of more than a megabyte. */
function cut(part: TarPart): TarPart {
  return part.type === 'L'
    ? { ...part, content: Buffer.from(part.content ?? '').subarray(0, MEBIBYTE - 1) }
    : part;
}

function globalName(count: number): Buffer {
  const path = '가'.repeat(300_000);
  const named = [
    { name: 'g', type: 'g', content: paxRecords({ path, linkpath: path, comment: path.slice(0, 40_000) }) },
  ];
  return tarOf([...named, ...numbered(count, (index) => `f${index}`)]);
}

function globals(count: number): TarPart[] {
  return Array.from({ length: count }, (_, index) => ({
    name: 'g',
    type: 'g',
    content: paxRecords({ comment: `${index}`.padEnd(10_000, 'c') }),
  }));
}

function manyRecords(count: number): TarPart {
  const record = paxRecords({ path: 'x' });
  return {
    name: 'x',
    type: 'x',
    content: repeated(record, count * record.length).subarray(0, MEBIBYTE - 512),
  };
}

/** Archives written byte by byte for tests, so that every field of them can lie. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array | string;
  /** Unix mode with the file type; regular by default. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** The compressed bytes as they are written; deflated content by default. */
  readonly data?: Uint8Array;
  readonly declaredSize?: number;
  readonly declaredCompressedSize?: number;
  readonly declaredCrc?: number;
  /** Sizes stand in fields of their own, as for files of more than 4 GB. */
  readonly isZip64?: boolean;
  /** Sizes and checksum follow the content, as in an archive that was streamed. */
  readonly descriptor?: 'plain' | 'signed';
  /** What the local header says, where it differs from the central directory. */
  readonly local?: {
    readonly name?: string | Uint8Array;
    readonly method?: number;
    readonly declaredSize?: number;
    readonly extra?: Uint8Array;
  };
  /** Points at the local header of an earlier part instead of writing one of its own. */
  readonly sharesBytesOf?: number;
  /** Behind the entry, belonging to nothing. */
  readonly trailing?: Uint8Array;
  readonly offset?: number;
  readonly extra?: Uint8Array;
  readonly comment?: Uint8Array;
}

/** What the records at the end say, where that is not the truth, and what stands around everything. */
export interface ZipEnd {
  readonly count?: number;
  readonly size?: number;
  readonly offset?: number;
  readonly disk?: number;
  readonly comment?: Uint8Array;
  readonly declaredComment?: number;
  /** Has the end record of large archives too; its numbers are the true ones unless given. */
  readonly zip64?: { readonly count?: number; readonly size?: number; readonly offset?: number };
  /** Between the entries and the central directory. */
  readonly gap?: Uint8Array;
  /** Between the central directory and the records at the end. */
  readonly afterDirectory?: Uint8Array;
}

const UTF8_NAME = 0x0800;
const HAS_DESCRIPTOR = 0x0008;
const IN_ZIP64 = 0xffffffff;

export function zipOf(parts: readonly ZipPart[], end: ZipEnd = {}): Buffer {
  const written: Uint8Array[] = [];
  const offsets: number[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const part of parts) {
    const data = part.data ?? deflateRawSync(contentOf(part));
    const shared = part.sharesBytesOf === undefined ? undefined : offsets[part.sharesBytesOf];
    const offset = shared ?? position;
    offsets.push(offset);
    directory.push(centralHeader(part, data, part.offset ?? offset));
    if (shared !== undefined) continue;
    const trailing = part.trailing ?? Buffer.alloc(0);
    const entry = Buffer.concat([localHeader(part, data), data, descriptorOf(part, data), trailing]);
    written.push(entry);
    position += entry.byteLength;
  }
  const gap = end.gap ?? Buffer.alloc(0);
  const central = Buffer.concat([...directory, end.afterDirectory ?? Buffer.alloc(0)]);
  const place = { count: parts.length, size: central.byteLength, offset: position + gap.byteLength };
  return Buffer.concat([...written, gap, central, endRecords(place, end)]);
}

function localHeader(part: ZipPart, data: Uint8Array): Buffer {
  const name = Buffer.from(part.local?.name ?? part.name);
  const sizes = zip64Field(part, data);
  const extra = Buffer.concat([sizes, part.local?.extra ?? Buffer.alloc(0)]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flagsOf(part), 6);
  header.writeUInt16LE(part.local?.method ?? part.method ?? 8, 8);
  if (part.descriptor === undefined) writeSizes(header, 14, part, data, part.local?.declaredSize);
  header.writeUInt16LE(name.byteLength, 26);
  header.writeUInt16LE(extra.byteLength, 28);
  return Buffer.concat([header, name, extra]);
}

function centralHeader(part: ZipPart, data: Uint8Array, offset: number): Buffer {
  const name = Buffer.from(part.name);
  const extra = Buffer.concat([zip64Field(part, data), part.extra ?? Buffer.alloc(0)]);
  const comment = part.comment ?? Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 63, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(flagsOf(part), 8);
  header.writeUInt16LE(part.method ?? 8, 10);
  writeSizes(header, 16, part, data);
  header.writeUInt16LE(name.byteLength, 28);
  header.writeUInt16LE(extra.byteLength, 30);
  header.writeUInt16LE(comment.byteLength, 32);
  header.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 38);
  header.writeUInt32LE(offset >>> 0, 42);
  return Buffer.concat([header, name, extra, comment]);
}

function flagsOf(part: ZipPart): number {
  return (part.flags ?? 0) | UTF8_NAME | (part.descriptor === undefined ? 0 : HAS_DESCRIPTOR);
}

function writeSizes(header: Buffer, at: number, part: ZipPart, data: Uint8Array, declared?: number): void {
  const size = declared ?? part.declaredSize ?? contentOf(part).byteLength;
  header.writeUInt32LE((part.declaredCrc ?? crc32(contentOf(part))) >>> 0, at);
  header.writeUInt32LE(part.isZip64 ? IN_ZIP64 : compressedSizeOf(part, data) >>> 0, at + 4);
  header.writeUInt32LE(part.isZip64 ? IN_ZIP64 : size >>> 0, at + 8);
}

function compressedSizeOf(part: ZipPart, data: Uint8Array): number {
  return part.declaredCompressedSize ?? data.byteLength;
}

function zip64Field(part: ZipPart, data: Uint8Array): Buffer {
  if (!part.isZip64) return Buffer.alloc(0);
  const field = Buffer.alloc(20);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(16, 2);
  field.writeBigUInt64LE(BigInt(part.declaredSize ?? contentOf(part).byteLength), 4);
  field.writeBigUInt64LE(BigInt(compressedSizeOf(part, data)), 12);
  return field;
}

function descriptorOf(part: ZipPart, data: Uint8Array): Buffer {
  if (part.descriptor === undefined) return Buffer.alloc(0);
  const width = part.isZip64 ? 8 : 4;
  const descriptor = Buffer.alloc(8 + 2 * width);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE((part.declaredCrc ?? crc32(contentOf(part))) >>> 0, 4);
  descriptor.writeUInt32LE(compressedSizeOf(part, data) >>> 0, 8);
  descriptor.writeUInt32LE((part.declaredSize ?? contentOf(part).byteLength) >>> 0, 8 + width);
  return part.descriptor === 'signed' ? descriptor : descriptor.subarray(4);
}

interface DirectoryPlace {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

function endRecords(place: DirectoryPlace, end: ZipEnd): Buffer {
  const comment = end.comment ?? Buffer.alloc(0);
  const record = Buffer.alloc(22);
  const count = (end.count ?? place.count) & 0xffff;
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.disk ?? 0, 4);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE((end.size ?? place.size) >>> 0, 12);
  record.writeUInt32LE((end.offset ?? place.offset) >>> 0, 16);
  record.writeUInt16LE(end.declaredComment ?? comment.byteLength, 20);
  const large = end.zip64 ? zip64Records(place, end.zip64) : Buffer.alloc(0);
  return Buffer.concat([large, record, comment]);
}

function zip64Records(place: DirectoryPlace, said: Partial<DirectoryPlace>): Buffer {
  const records = Buffer.alloc(76);
  const { count, size, offset } = { ...place, ...said };
  records.writeUInt32LE(0x06064b50, 0);
  records.writeBigUInt64LE(44n, 4);
  records.writeUInt16LE(45, 12);
  records.writeUInt16LE(45, 14);
  records.writeBigUInt64LE(BigInt(count), 24);
  records.writeBigUInt64LE(BigInt(count), 32);
  records.writeBigUInt64LE(BigInt(size), 40);
  records.writeBigUInt64LE(BigInt(offset), 48);
  records.writeUInt32LE(0x07064b50, 56);
  records.writeBigUInt64LE(BigInt(place.offset + place.size), 64);
  records.writeUInt32LE(1, 72);
  return records;
}

export interface TarPart {
  readonly name: string | Uint8Array;
  readonly content?: Uint8Array | string;
  /** '0' file, '1' hard link, '2' symbolic link, '3' and '4' devices, '5' folder, '6' fifo. */
  readonly type?: string;
  readonly target?: string;
  readonly declaredSize?: number;
  /** The field itself, where an octal number would be too tame. */
  readonly sizeField?: Uint8Array;
  readonly checksum?: number;
  /** The folder in front of the name that a header of POSIX has room for. */
  readonly prefix?: string;
}

export function tarOf(parts: readonly TarPart[]): Buffer {
  const blocks = parts.flatMap((part) => {
    const content = contentOf(part);
    const padding = Buffer.alloc((512 - (content.byteLength % 512)) % 512);
    return [tarHeader(part, content), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function tarGzOf(parts: readonly TarPart[]): Buffer {
  return gzipSync(tarOf(parts));
}

function tarHeader(part: TarPart, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, width: number): void => {
    header.write(
      `${value
        .toString(8)
        .padStart(width - 1, '0')
        .slice(1 - width)}\0`,
      at,
    );
  };
  Buffer.from(part.name).copy(header, 0, 0, 100);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(part.declaredSize ?? content.byteLength, 124, 12);
  if (part.sizeField) Buffer.from(part.sizeField).copy(header, 124, 0, 12);
  octal(0, 136, 12);
  header.write(' '.repeat(8), 148);
  header.write(part.type ?? '0', 156);
  header.write(part.target ?? '', 157, 100);
  header.write('ustar\u000000', 257);
  header.write(part.prefix ?? '', 345, 130);
  const sum = part.checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0').slice(-6)}\0 `, 148);
  return header;
}

/** The records of a POSIX extended header; a value of bytes is written as it is. */
export function paxRecords(records: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
    let length = rest.byteLength + 1;
    while (String(length).length + rest.byteLength !== length) length += 1;
    return Buffer.concat([Buffer.from(String(length)), rest]);
  });
  return Buffer.concat(lines);
}

/** Parts whose names may be of any length: each name stands in front of its part. */
export function longNamed(parts: readonly TarPart[], style: 'pax' | 'gnu'): TarPart[] {
  return parts.flatMap((part): TarPart[] => [
    style === 'pax'
      ? { name: 'PaxHeaders/x', type: 'x', content: paxRecords({ path: part.name }) }
      : { name: '././@LongLink', type: 'L', content: Buffer.concat([Buffer.from(part.name), Buffer.of(0)]) },
    part,
  ]);
}

function contentOf(part: { readonly content?: Uint8Array | string }): Buffer {
  return Buffer.from(part.content ?? '');
}

/** The Info-ZIP field that carries a second name of the entry. */
export function unicodePathField(name: string, second: string): Buffer {
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + Buffer.byteLength(second), 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(name), 5);
  return Buffer.concat([field, Buffer.from(second)]);
}

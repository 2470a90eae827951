/** Archives written byte by byte for tests, so that every field of them can lie. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  /** Unix mode with the file type; regular by default. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** The compressed bytes as they are written; deflated content by default. */
  readonly data?: Buffer;
  readonly declaredSize?: number;
  readonly declaredCrc?: number;
  /** What the local header says, where it differs from the central directory. */
  readonly local?: { readonly name?: string; readonly method?: number; readonly declaredSize?: number };
  /** Points at the local header of an earlier part instead of writing one of its own. */
  readonly sharesBytesOf?: number;
  readonly extra?: Buffer;
}

const UTF8_NAME = 0x0800;

export function zipOf(parts: readonly ZipPart[]): Buffer {
  const written: Buffer[] = [];
  const offsets: number[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const part of parts) {
    const data = part.data ?? deflateRawSync(contentOf(part));
    const shared = part.sharesBytesOf === undefined ? undefined : offsets[part.sharesBytesOf];
    const offset = shared ?? position;
    offsets.push(offset);
    directory.push(centralHeader(part, data, offset));
    if (shared !== undefined) continue;
    const entry = Buffer.concat([localHeader(part, data), data]);
    written.push(entry);
    position += entry.byteLength;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...written, central, endRecord(parts.length, central.byteLength, position)]);
}

function localHeader(part: ZipPart, data: Buffer): Buffer {
  const name = Buffer.from(part.local?.name ?? part.name);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE((part.flags ?? 0) | UTF8_NAME, 6);
  header.writeUInt16LE(part.local?.method ?? part.method ?? 8, 8);
  writeSizes(header, 14, part, data, part.local?.declaredSize);
  header.writeUInt16LE(name.byteLength, 26);
  return Buffer.concat([header, name]);
}

function centralHeader(part: ZipPart, data: Buffer, offset: number): Buffer {
  const name = Buffer.from(part.name);
  const extra = part.extra ?? Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 63, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE((part.flags ?? 0) | UTF8_NAME, 8);
  header.writeUInt16LE(part.method ?? 8, 10);
  writeSizes(header, 16, part, data);
  header.writeUInt16LE(name.byteLength, 28);
  header.writeUInt16LE(extra.byteLength, 30);
  header.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name, extra]);
}

function writeSizes(header: Buffer, at: number, part: ZipPart, data: Buffer, declared?: number): void {
  const content = contentOf(part);
  header.writeUInt32LE(part.declaredCrc ?? crc32(content), at);
  header.writeUInt32LE(data.byteLength, at + 4);
  header.writeUInt32LE(declared ?? part.declaredSize ?? content.byteLength, at + 8);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

export interface TarPart {
  readonly name: string;
  readonly content?: Buffer | string;
  /** '0' file, '1' hard link, '2' symbolic link, '3' and '4' devices, '5' folder, '6' fifo. */
  readonly type?: string;
  readonly target?: string;
  readonly declaredSize?: number;
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
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at);
  };
  header.write(part.name, 0, 100);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(part.declaredSize ?? content.byteLength, 124, 12);
  octal(0, 136, 12);
  header.write(' '.repeat(8), 148);
  header.write(part.type ?? '0', 156);
  header.write(part.target ?? '', 157, 100);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function contentOf(part: { readonly content?: Buffer | string }): Buffer {
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

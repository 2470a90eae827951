/** Looks through a pack before anything else unpacks it: how many objects, how large, how deep they build on each other. */
import { inflateSync } from 'node:zlib';

const MAX_OBJECTS = 20_000;
const MAX_OBJECT_BYTES = 32 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 192 * 1024 * 1024;
/** Git's own packs chain 50 deltas, and 250 when told to save space. */
const MAX_DELTA_DEPTH = 250;

/** What is wrong with it, or nothing. */
export function checkPack(pack: Buffer): string | null {
  try {
    return checkObjects(pack);
  } catch {
    return 'its pack is damaged';
  }
}

function checkObjects(pack: Buffer): string | null {
  if (pack.toString('latin1', 0, 4) !== 'PACK') return 'its pack is damaged';
  const count = pack.readUInt32BE(8);
  if (count > MAX_OBJECTS) return `it has more than ${MAX_OBJECTS} objects`;
  const depths = new Map<number, number>();
  let position = 12;
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const entry = readEntry(pack, position);
    if (entry === null) return 'its pack is damaged';
    const depth = entry.base === null ? 0 : (depths.get(entry.base) ?? MAX_DELTA_DEPTH) + 1;
    if (depth > MAX_DELTA_DEPTH) return `its deltas are chained deeper than ${MAX_DELTA_DEPTH}`;
    depths.set(position, depth);
    total += entry.unpacked;
    if (entry.unpacked > MAX_OBJECT_BYTES || total > MAX_UNPACKED_BYTES)
      return 'it unpacks to too many bytes';
    position = entry.end;
  }
  return null;
}

interface Entry {
  /** Offset of the object that a delta builds on. */
  readonly base: number | null;
  readonly unpacked: number;
  readonly end: number;
}

/** Deltas against objects named by id (type 7) are not asked for, so none is taken. */
function readEntry(pack: Buffer, start: number): Entry | null {
  let { value: size, next, type } = readHeader(pack, start);
  if (size > MAX_OBJECT_BYTES) return { base: null, unpacked: size, end: next };
  if (type !== 6 && (type < 1 || type > 4)) return null;
  let base: number | null = null;
  if (type === 6) {
    const offset = readOffset(pack, next);
    base = start - offset.value;
    next = offset.next;
  }
  const { buffer, engine } = inflate(pack.subarray(next), size);
  if (buffer.byteLength !== size) return null;
  return {
    base,
    unpacked: base === null ? size : size + resultSize(buffer),
    end: next + engine.bytesWritten,
  };
}

function inflate(bytes: Buffer, size: number): { buffer: Buffer; engine: { bytesWritten: number } } {
  // With `info` the answer is an object, which the types do not know.
  return inflateSync(bytes, { info: true, maxOutputLength: Math.max(size, 1) }) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
}

function readHeader(pack: Buffer, start: number): { type: number; value: number; next: number } {
  let next = start;
  let byte = pack.readUInt8(next++);
  const type = (byte >> 4) & 7;
  let value = byte & 15;
  for (let factor = 16; byte >= 128; factor *= 128) {
    byte = pack.readUInt8(next++);
    value += (byte & 127) * factor;
  }
  return { type, value, next };
}

function readOffset(pack: Buffer, start: number): { value: number; next: number } {
  let next = start;
  let byte = pack.readUInt8(next++);
  let value = byte & 127;
  while (byte >= 128) {
    byte = pack.readUInt8(next++);
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, next };
}

/** A delta begins with the sizes of what it builds on and of what it makes. */
function resultSize(delta: Buffer): number {
  const base = readNumber(delta, 0);
  return readNumber(delta, base.next).value;
}

function readNumber(bytes: Buffer, start: number): { value: number; next: number } {
  let next = start;
  let value = 0;
  let byte = 128;
  for (let factor = 1; byte >= 128; factor *= 128) {
    byte = bytes.readUInt8(next++);
    value += (byte & 127) * factor;
  }
  return { value, next };
}

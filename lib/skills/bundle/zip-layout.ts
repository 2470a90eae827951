/** Whether every byte of a zip belongs to what its directory lists; else another reader might find another archive in it. */
import type { Entry, LocalFileHeader } from 'yauzl';

/** Where an entry lies in the zip, and all the forms its numbers may take behind its content. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly descriptors: readonly Buffer[];
}

export interface Directory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly commentBytes: number;
}

const END_RECORD_BYTES = 22;
const LOCATOR_BYTES = 20;
const LOCATOR_SIGNATURE = 0x07064b50;
const HAS_DATA_DESCRIPTOR = 0x0008;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
/** These say that the number is in the record or field of zip64. */
const SEE_ZIP64_SHORT = 0xffff;
export const SEE_ZIP64 = 0xffffffff;

export function spanOf(entry: Entry, local: LocalFileHeader): Span {
  const end = local.fileDataStart + entry.compressedSize;
  const mayFollow = (local.generalPurposeBitFlag & HAS_DATA_DESCRIPTOR) !== 0;
  return {
    start: entry.relativeOffsetOfLocalHeader,
    end,
    descriptors: mayFollow ? descriptorsOf(entry) : [],
  };
}

/** Writers put a signature in front or do not, and write sizes in four bytes or in eight. */
function descriptorsOf(entry: Entry): Buffer[] {
  const { crc32, compressedSize, uncompressedSize } = entry;
  const short = Buffer.alloc(12);
  const long = Buffer.alloc(20);
  for (const each of [short, long]) each.writeUInt32LE(crc32, 0);
  long.writeBigUInt64LE(BigInt(compressedSize), 4);
  long.writeBigUInt64LE(BigInt(uncompressedSize), 12);
  short.writeUInt32LE(compressedSize, 4);
  short.writeUInt32LE(uncompressedSize, 8);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(DESCRIPTOR_SIGNATURE, 0);
  return [short, long].flatMap((plain) => [plain, Buffer.concat([signature, plain])]);
}

/** What is wrong, or nothing: entries lie side by side from the first byte to the directory. */
export function checkSpans(bytes: Buffer, spans: readonly Span[], directoryStart: number): string | null {
  const sorted = spans.toSorted((one, other) => one.start - other.start);
  let position = 0;
  for (const [index, { start, end, descriptors }] of sorted.entries()) {
    if (start > position) return 'must not hold bytes that belong to no entry';
    const next = sorted[index + 1]?.start ?? directoryStart;
    if (start < position || end > next) return 'must not have entries that share bytes';
    const between = bytes.subarray(end, next);
    position = between.length === 0 || descriptors.some((form) => form.equals(between)) ? next : end;
  }
  return position === directoryStart ? null : 'must not hold bytes that belong to no entry';
}

/** What is wrong, or nothing: the records at the end say where the directory is, all of them the same. */
export function checkEnd(bytes: Buffer, directory: Directory): string | null {
  const endAt = bytes.byteLength - END_RECORD_BYTES - directory.commentBytes;
  const locatorAt = endAt - LOCATOR_BYTES;
  const isLarge = locatorAt >= 0 && bytes.readUInt32LE(locatorAt) === LOCATOR_SIGNATURE;
  const size = directory.end - directory.start;
  const says = (given: number, meant: number, elsewhere: number): boolean =>
    given === meant || (isLarge && given === elsewhere);
  const agrees =
    says(bytes.readUInt16LE(endAt + 8), directory.count, SEE_ZIP64_SHORT) &&
    says(bytes.readUInt16LE(endAt + 10), directory.count, SEE_ZIP64_SHORT) &&
    says(bytes.readUInt32LE(endAt + 12), size, SEE_ZIP64) &&
    says(bytes.readUInt32LE(endAt + 16), directory.start, SEE_ZIP64) &&
    (isLarge ? largeEndAgrees(bytes, locatorAt, directory) : directory.end === endAt);
  return agrees ? null : 'must say the same of its directory in all places';
}

function largeEndAgrees(bytes: Buffer, locatorAt: number, directory: Directory): boolean {
  const at = directory.end;
  const number = (place: number): number => Number(bytes.readBigUInt64LE(place));
  return (
    number(locatorAt + 8) === at &&
    at + 12 + number(at + 4) === locatorAt &&
    number(at + 24) === directory.count &&
    number(at + 40) === directory.end - directory.start &&
    number(at + 48) === directory.start
  );
}

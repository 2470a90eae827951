/** Reads a zip in memory and believes none of its numbers: sizes, names and places are checked against the bytes. */
import { promisify } from 'node:util';
import { crc32, type InflateRaw, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { type Entry, fromBufferPromise, type LocalFileHeader, parseExtraFields, type ZipFile } from 'yauzl';
import type { BundleFile } from './bundle-file.ts';
import { type BundleIssue, quoteName } from './issues.ts';
import {
  damaged,
  fileTooLarge,
  MAX_NAME_BYTES,
  nameTooLong,
  ofArchive,
  tooLarge,
  tooManyEntries,
  type UnpackLimits,
  type Unpacked,
} from './unpack-limits.ts';
import { checkEnd, checkSpans, SEE_ZIP64, type Span, spanOf } from './zip-layout.ts';

const STORED = 0;
const HAS_DATA_DESCRIPTOR = 0x0008;
const UNICODE_PATH_FIELD = 0x7075;
const ZIP64_FIELD = 0x0001;
/** Honest writers add a handful; an entry has room for sixteen thousand, each of which is an object. */
const MAX_EXTRA_FIELDS = 32;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

interface ZipEntry {
  /** A folder's ends with `/`. */
  readonly path: string;
  readonly entry: Entry;
}

/** The names of a zip are bytes: `decodeStrings` off, so that nothing is rewritten before it is judged. */
export async function unpackZip(bytes: Buffer, limits: UnpackLimits): Promise<Unpacked> {
  try {
    const zip = await fromBufferPromise(bytes, { decodeStrings: false, lazyEntries: true });
    if (zip.entryCount > limits.entries) return { files: [], folders: [], issues: [tooManyEntries(limits)] };
    const directoryStart = cursorOf(zip);
    const { entries, unread, issues } = sortOut(await listEntries(zip));
    const directory = {
      start: directoryStart,
      end: cursorOf(zip),
      count: zip.entryCount,
      commentBytes: zip.comment.length,
    };
    const disagreement = checkEnd(bytes, directory);
    if (disagreement !== null) issues.push(ofArchive(disagreement));
    issues.push(...checkDeclaredSizes(entries, limits));
    const folders = entries.filter(isFolder).map(({ path }) => path.slice(0, -1));
    // The names of a refused archive are still wanted, so that they are judged in the same answer.
    const named = entries.filter((entry) => !isFolder(entry));
    const names = named.map(({ path }) => ({ path, bytes: Buffer.alloc(0) }));
    const isRefused = issues.some(({ file }) => file === '' || !limits.keepsOthers);
    if (isRefused) return { files: names, folders, issues };

    const source = { bytes, directoryStart, fileBytes: limits.fileBytes };
    const files = await readFiles(zip, source, entries, unread);
    if (Array.isArray(files)) return { files, folders, issues };
    return { files: names, folders, issues: [limits.keepsOthers ? ofWhole(files) : files] };
  } catch (error) {
    return { files: [], folders: [], issues: [damaged(error)] };
  }
}

/** An entry that lies about itself is no mistake in one folder: nothing of the archive is believed. */
function ofWhole({ file, message }: BundleIssue): BundleIssue {
  return file === '' ? { file, line: null, message } : ofArchive(`is damaged: ${quoteName(file)} ${message}`);
}

/** How far the directory has been read; the published type of this field is wrong. */
function cursorOf(zip: ZipFile): number {
  return zip.readEntryCursor as unknown as number;
}

async function listEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.extraFields.length > MAX_EXTRA_FIELDS) throw new Error('an entry has too many extra fields');
    entries.push(entry);
  }
  return entries;
}

interface Sorted {
  readonly entries: ZipEntry[];
  /** Refused each by itself, so that nobody looks into them. */
  readonly unread: Entry[];
  readonly issues: BundleIssue[];
}

function sortOut(all: readonly Entry[]): Sorted {
  const sorted: Sorted = { entries: [], unread: [], issues: [] };
  for (const entry of all) {
    const path = decodeName(entry.fileNameRaw);
    const refusal = path === null ? notUtf8(entry) : checkEntry(entry, path);
    if (refusal === null && path !== null) sorted.entries.push({ path, entry });
    else sorted.unread.push(entry);
    if (refusal !== null) sorted.issues.push(refusal);
  }
  return sorted;
}

function notUtf8(entry: Entry): BundleIssue {
  return { file: entry.fileNameRaw.toString('latin1'), line: null, message: 'must have a name in UTF-8' };
}

function checkEntry(entry: Entry, path: string): BundleIssue | null {
  if (entry.fileNameLength > MAX_NAME_BYTES) return nameTooLong(path);
  const message = checkKind(entry, path);
  return message === null ? null : { file: path, line: null, message };
}

function isFolder({ path }: ZipEntry): boolean {
  return path.endsWith('/');
}

function decodeName(raw: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    // The only failure there is: bytes that are not UTF-8.
    return null;
  }
}

function checkKind(entry: Entry, path: string): string | null {
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (type !== 0 && type !== REGULAR && type !== FOLDER) {
    return 'must be a file or a folder, not a link or a device';
  }
  if (entry.isEncrypted()) return 'must not be encrypted';
  if (!entry.canDecodeFileData()) return 'must be stored or deflated; other methods are not read';
  const isFolder = path.endsWith('/');
  if (type !== 0 && isFolder !== (type === FOLDER)) return 'must not be a folder by name or mode alone';
  if (isFolder && entry.uncompressedSize > 0) return 'must not have content, being a folder';
  if (!secondNameAgrees(entry)) return 'must not have two different names';
  return null;
}

/** Some writers add the name again as a field of its own; a reader that prefers it must see the same. */
function secondNameAgrees(entry: Entry, fields = entry.extraFields): boolean {
  return fields
    .filter((field) => field.id === UNICODE_PATH_FIELD)
    .every((field) => field.data.subarray(5).equals(entry.fileNameRaw));
}

/** What an entry declares is later enforced while inflating, so this bounds the work before it begins. */
function checkDeclaredSizes(entries: readonly ZipEntry[], limits: UnpackLimits): BundleIssue[] {
  const issues = entries
    .filter(({ entry }) => entry.uncompressedSize > limits.fileBytes)
    .map(({ path }) => fileTooLarge(path));
  const total = entries.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  if (total > limits.totalBytes) issues.push(tooLarge(limits));
  return issues;
}

async function readFiles(
  zip: ZipFile,
  source: { readonly bytes: Buffer; readonly directoryStart: number; readonly fileBytes: number },
  entries: readonly ZipEntry[],
  unread: readonly Entry[],
): Promise<BundleFile[] | BundleIssue> {
  const spans: Span[] = [];
  const files: BundleFile[] = [];
  for (const entry of unread) spans.push(spanOf(entry, await zip.readLocalFileHeaderPromise(entry)));
  for (const each of entries) {
    const { path, entry } = each;
    const local = await zip.readLocalFileHeaderPromise(entry);
    if (!headersAgree(entry, local)) {
      return { file: path, line: null, message: 'must be described alike in both places of the zip' };
    }
    const span = spanOf(entry, local);
    spans.push(span);
    // Refused for that, where the others are read all the same.
    if (entry.uncompressedSize > source.fileBytes) continue;
    const content = await inflate(source.bytes.subarray(local.fileDataStart, span.end), entry);
    if (content === null) {
      return { file: path, line: null, message: 'must have the size and checksum that the zip declares' };
    }
    if (!isFolder(each)) files.push({ path, bytes: content });
  }
  const wrong = checkSpans(source.bytes, spans, source.directoryStart);
  return wrong === null ? files : ofArchive(wrong);
}

function headersAgree(entry: Entry, local: LocalFileHeader): boolean {
  if (!local.fileName.equals(entry.fileNameRaw)) return false;
  if (local.compressionMethod !== entry.compressionMethod) return false;
  const fields = parseExtraFields(local.extraField);
  if (!secondNameAgrees(entry, fields) || !largeSizesAgree(entry, fields)) return false;
  // A writer that streams knows the numbers only afterwards, and puts zeros here.
  const isLater = (local.generalPurposeBitFlag & HAS_DATA_DESCRIPTOR) !== 0;
  const agrees = (here: number, there: number, elsewhere = there): boolean =>
    here === there || here === elsewhere || (isLater && here === 0);
  return (
    agrees(local.uncompressedSize, entry.uncompressedSize, SEE_ZIP64) &&
    agrees(local.compressedSize, entry.compressedSize, SEE_ZIP64) &&
    agrees(local.crc32, entry.crc32)
  );
}

/** A writer that streams puts zeros here too. */
function largeSizesAgree(entry: Entry, fields: Entry['extraFields']): boolean {
  return fields
    .filter((field) => field.id === ZIP64_FIELD && field.data.length >= 16)
    .every(({ data }) => {
      const sizes = [Number(data.readBigUInt64LE(0)), Number(data.readBigUInt64LE(8))];
      const meant = [entry.uncompressedSize, entry.compressedSize];
      return sizes.every((size, index) => size === meant[index] || size === 0);
    });
}

/** With `info`, zlib also tells how much of its input it used. The types of promisify do not know this form. */
const inflateWithInfo = promisify(inflateRaw) as unknown as (
  input: InputType,
  options: ZlibOptions & { info: true },
) => Promise<{ buffer: Buffer; engine: InflateRaw }>;

/** Null when the bytes are not what the entry declares. Stops one byte after the declared size. */
async function inflate(compressed: Buffer, entry: Entry): Promise<Buffer | null> {
  const content = entry.compressionMethod === STORED ? compressed : await inflateDeclared(compressed, entry);
  if (content === null || content.byteLength !== entry.uncompressedSize) return null;
  return crc32(content) === entry.crc32 ? content : null;
}

async function inflateDeclared(compressed: Buffer, entry: Entry): Promise<Buffer | null> {
  try {
    const { buffer, engine } = await inflateWithInfo(compressed, {
      info: true,
      maxOutputLength: Math.max(entry.uncompressedSize, 1),
    });
    return engine.bytesWritten === compressed.byteLength ? buffer : null;
  } catch {
    // Not a deflate stream, or a longer one than declared: either way not what the entry says.
    return null;
  }
}

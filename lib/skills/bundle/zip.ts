/** Reads a zip in memory and believes none of its numbers: sizes, names and places are checked against the bytes. */
import { promisify } from 'node:util';
import { crc32, type InflateRaw, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { type Entry, fromBufferPromise, type LocalFileHeader, type ZipFile } from 'yauzl';
import type { BundleFile } from './bundle-file.ts';
import type { BundleIssue } from './issues.ts';
import {
  damaged,
  fileTooLarge,
  ofArchive,
  tooLarge,
  tooManyEntries,
  type UnpackLimits,
  type Unpacked,
} from './unpack-limits.ts';

const STORED = 0;
const HAS_DATA_DESCRIPTOR = 0x0008;
const UNICODE_PATH_FIELD = 0x7075;
/** A 32-bit size of this value says that the real one is in a zip64 field. */
const SEE_ZIP64 = 0xffffffff;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;

interface ZipEntry {
  readonly path: string;
  readonly entry: Entry;
}

/** The names of a zip are bytes: `decodeStrings` off, so that nothing is rewritten before it is judged. */
export async function unpackZip(bytes: Buffer, limits: UnpackLimits): Promise<Unpacked> {
  try {
    const zip = await fromBufferPromise(bytes, { decodeStrings: false, lazyEntries: true });
    if (zip.entryCount > limits.entries) return { files: [], folders: [], issues: [tooManyEntries(limits)] };
    // The published type of this field is wrong: it is an offset, at first that of the central directory.
    const directoryAt = zip.readEntryCursor as unknown as number;
    const { entries: found, folders, issues } = sortOut(await listEntries(zip));
    issues.push(...checkDeclaredSizes(found, limits));
    // The names of a refused archive are still wanted, so that they are judged in the same answer.
    const names = found.map(({ path }) => ({ path, bytes: Buffer.alloc(0) }));
    const isRefused = issues.some(({ file }) => file === '' || !limits.keepsOthers);
    if (isRefused) return { files: names, folders, issues };
    const entries = found.filter(({ entry }) => entry.uncompressedSize <= limits.fileBytes);

    const files = await readFiles(zip, { bytes, directoryAt }, entries);
    if (Array.isArray(files)) return { files, folders, issues };
    return { files: names, folders, issues: [limits.keepsOthers ? ofWhole(files) : files] };
  } catch (error) {
    return { files: [], folders: [], issues: [damaged(error)] };
  }
}

/** An entry that lies about itself is no mistake in one folder: nothing of the archive is believed. */
function ofWhole({ file, message }: BundleIssue): BundleIssue {
  return file === ''
    ? { file, line: null, message }
    : ofArchive(`is damaged: ${JSON.stringify(file)} ${message}`);
}

async function listEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) entries.push(entry);
  return entries;
}

function sortOut(all: readonly Entry[]): { entries: ZipEntry[]; folders: string[]; issues: BundleIssue[] } {
  const entries: ZipEntry[] = [];
  const folders: string[] = [];
  const issues: BundleIssue[] = [];
  for (const entry of all) {
    const path = decodeName(entry.fileNameRaw);
    if (path === null) {
      const file = entry.fileNameRaw.toString('latin1');
      issues.push({ file, line: null, message: 'must have a name in UTF-8' });
      continue;
    }
    const message = checkEntry(entry, path);
    if (message !== null) issues.push({ file: path, line: null, message });
    else if (path.endsWith('/')) folders.push(path.slice(0, -1));
    else entries.push({ path, entry });
  }
  return { entries, folders, issues };
}

function decodeName(raw: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    // The only failure there is: bytes that are not UTF-8.
    return null;
  }
}

function checkEntry(entry: Entry, path: string): string | null {
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
function secondNameAgrees(entry: Entry): boolean {
  return entry.extraFields
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
  source: { readonly bytes: Buffer; readonly directoryAt: number },
  entries: readonly ZipEntry[],
): Promise<BundleFile[] | BundleIssue> {
  const spans: Array<{ start: number; end: number }> = [];
  const files: BundleFile[] = [];
  for (const { path, entry } of entries) {
    const local = await zip.readLocalFileHeaderPromise(entry);
    if (!headersAgree(entry, local)) {
      return { file: path, line: null, message: 'must be described alike in both places of the zip' };
    }
    const end = local.fileDataStart + entry.compressedSize;
    spans.push({ start: entry.relativeOffsetOfLocalHeader, end });
    const content = await inflate(source.bytes.subarray(local.fileDataStart, end), entry);
    if (content === null) {
      return { file: path, line: null, message: 'must have the size and checksum that the zip declares' };
    }
    files.push({ path, bytes: content });
  }
  return overlap(spans, source.directoryAt) ? ofArchive('must not have entries that share bytes') : files;
}

function headersAgree(entry: Entry, local: LocalFileHeader): boolean {
  if (!local.fileName.equals(entry.fileNameRaw)) return false;
  if (local.compressionMethod !== entry.compressionMethod) return false;
  if (local.generalPurposeBitFlag & HAS_DATA_DESCRIPTOR) return true;
  return (
    (local.uncompressedSize === entry.uncompressedSize || local.uncompressedSize === SEE_ZIP64) &&
    (local.compressedSize === entry.compressedSize || local.compressedSize === SEE_ZIP64) &&
    local.crc32 === entry.crc32
  );
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

function overlap(spans: ReadonlyArray<{ start: number; end: number }>, directoryAt: number): boolean {
  const sorted = spans.toSorted((one, other) => one.start - other.start);
  return sorted.some(({ end }, index) => end > (sorted[index + 1]?.start ?? directoryAt));
}

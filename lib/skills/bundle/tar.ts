/** Reads a tar.gz in memory: unpacked under a cap first, then taken apart without touching a disk. */
import { promisify } from 'node:util';
import { type Gunzip, gunzip, type InputType, type ZlibOptions } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import type { BundleFile } from './bundle-file.ts';
import type { BundleIssue } from './issues.ts';
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

/** Headers, padding and long names take room that the content does not: four blocks of 512 bytes an entry. */
const BYTES_AROUND_ENTRY = 4 * 512;

/** With `info`, zlib also tells how much of its input it used. The types of promisify do not know this form. */
const gunzipWithInfo = promisify(gunzip) as unknown as (
  input: InputType,
  options: ZlibOptions & { info: true },
) => Promise<{ buffer: Buffer; engine: Gunzip }>;

export async function unpackTarGz(bytes: Buffer, limits: UnpackLimits): Promise<Unpacked> {
  const tar = await inflate(bytes, limits);
  if (!Buffer.isBuffer(tar)) return { files: [], folders: [], issues: [tar] };
  // The parser would unpack a second layer on its own, beyond the cap.
  if (tar[0] === 0x1f && tar[1] === 0x8b) {
    return { files: [], folders: [], issues: [ofArchive('must not be compressed twice')] };
  }
  return readTar(tar, limits);
}

async function inflate(bytes: Buffer, limits: UnpackLimits): Promise<Buffer | BundleIssue> {
  try {
    const { buffer, engine } = await gunzipWithInfo(bytes, {
      info: true,
      maxOutputLength: limits.totalBytes + limits.entries * BYTES_AROUND_ENTRY,
    });
    return engine.bytesWritten === bytes.byteLength ? buffer : ofArchive('must end where its content ends');
  } catch (error) {
    const isTooLong = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLong ? tooLarge(limits) : damaged(error);
  }
}

/** What is gathered while the parser runs; the first fault ends the reading. */
interface Reading extends Unpacked {
  left: number;
  isComplete: boolean;
}

function readTar(tar: Buffer, limits: UnpackLimits): Unpacked {
  const reading: Reading = { files: [], folders: [], issues: [], left: limits.totalBytes, isComplete: false };
  const parser = new Parser({ zstd: false, brotli: false });
  // The parser works synchronously on a buffer it has whole, so it is done when `end` returns.
  parser.on('entry', (entry) => takeEntry(entry, reading, limits));
  parser.on('ignoredEntry', (entry) => {
    reading.issues.push(notAFile(entry));
    entry.resume();
  });
  parser.on('warn', (_code, message) => reading.issues.push(damaged(message)));
  parser.on('error', (error: unknown) => reading.issues.push(damaged(error)));
  parser.on('end', () => {
    reading.isComplete = true;
  });
  try {
    parser.end(tar);
  } catch (error) {
    reading.issues.push(damaged(error));
  }
  if (!reading.isComplete && reading.issues.length === 0) reading.issues.push(damaged('it ends too early'));
  return reading;
}

function takeEntry(entry: ReadEntry, reading: Reading, limits: UnpackLimits): void {
  const refusal = checkEntry(entry, reading, limits);
  if (refusal) reading.issues.push(refusal);
  else if (entry.type === 'Directory') reading.folders.push(entry.path.replace(/\/$/, ''));
  else collect(entry, reading);
  entry.resume();
}

function checkEntry(entry: ReadEntry, reading: Reading, limits: UnpackLimits): BundleIssue | null {
  if (reading.files.length + reading.folders.length >= limits.entries) return tooManyEntries(limits);
  if (entry.path.length > MAX_NAME_BYTES) return nameTooLong(entry.path);
  if (entry.type === 'Directory') return null;
  if (entry.type !== 'File' && entry.type !== 'OldFile') return notAFile(entry);
  if (entry.size > limits.fileBytes) return fileTooLarge(entry.path);
  if (entry.size > reading.left) return tooLarge(limits);
  return null;
}

function collect(entry: ReadEntry, reading: Reading): void {
  const chunks: Buffer[] = [];
  reading.left -= entry.size;
  const file: BundleFile = { path: entry.path, bytes: Buffer.alloc(0) };
  const index = reading.files.push(file) - 1;
  entry.on('data', (chunk: Buffer) => chunks.push(chunk));
  entry.on('end', () => {
    reading.files[index] = { path: entry.path, bytes: joined(chunks) };
  });
}

/** A file that came in one piece stays where it is, in the unpacked tar. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [only, ...others] = chunks;
  return only !== undefined && others.length === 0 ? only : Buffer.concat(chunks);
}

function notAFile(entry: ReadEntry): BundleIssue {
  if (entry.path.length > MAX_NAME_BYTES) return nameTooLong(entry.path);
  return {
    file: entry.path,
    line: null,
    message: 'must be a file or a folder, not a link, a device or anything else',
  };
}

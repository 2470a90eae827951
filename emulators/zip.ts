/** Reading and writing zip archives in memory, with the refusals every provider shares. */
import { buffer } from 'node:stream/consumers';
import yauzl from 'yauzl';
import yazl from 'yazl';

export interface NamedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ZipLimits {
  readonly maxEntries: number;
  readonly maxFileBytes: number;
  readonly maxBytes: number;
  /** Largest allowed total of unzipped by zipped bytes. */
  readonly maxRatio?: number;
}

/** The uploaded skill is not acceptable; the message is for whoever uploaded it. */
export class BadBundle extends Error {
  override readonly name = 'BadBundle';
}

const FILE_TYPE_MASK = 0o170000;
const SYMLINK = 0o120000;

/** Every file of the archive in its order; directories are skipped, symbolic links refused. */
export async function readZip(bytes: Uint8Array, limits: ZipLimits): Promise<NamedFile[]> {
  const archive = await openArchive(bytes);
  if (archive.entryCount > limits.maxEntries) {
    throw new BadBundle(`the archive has more than ${limits.maxEntries} entries`);
  }
  const maxBytes = Math.min(limits.maxBytes, (limits.maxRatio ?? Infinity) * bytes.byteLength);
  const files: NamedFile[] = [];
  let total = 0;
  try {
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      const file = await readEntry(archive, entry, Math.min(limits.maxFileBytes, maxBytes - total));
      total += file.bytes.byteLength;
      files.push(file);
    }
  } catch (error) {
    throw asBadBundle(error);
  }
  refuseDuplicates(files);
  return files;
}

async function openArchive(bytes: Uint8Array): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.fromBufferPromise(Buffer.from(bytes), { lazyEntries: true, strictFileNames: true });
  } catch (error) {
    throw asBadBundle(error);
  }
}

async function readEntry(archive: yauzl.ZipFile, entry: yauzl.Entry, maxBytes: number): Promise<NamedFile> {
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE_MASK) === SYMLINK) {
    throw new BadBundle(`${entry.fileName} is a symbolic link`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await archive.openReadStreamPromise(entry)) {
    size += chunk.length;
    if (size > maxBytes) throw new BadBundle(`${entry.fileName} unzips to more bytes than allowed`);
    chunks.push(chunk);
  }
  return { path: entry.fileName, bytes: Buffer.concat(chunks) };
}

export function refuseDuplicates(files: readonly NamedFile[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    if (seen.has(path)) throw new BadBundle(`${path} is in the upload twice`);
    seen.add(path);
  }
}

function asBadBundle(error: unknown): BadBundle {
  if (error instanceof BadBundle) return error;
  return new BadBundle(
    `not a readable zip archive: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** The same files give the same bytes: fixed time and mode, names in bytewise order. */
export async function writeZip(files: readonly NamedFile[]): Promise<Buffer> {
  const archive = new yazl.ZipFile();
  const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };
  const sorted = [...files].sort((one, other) =>
    Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)),
  );
  for (const { path, bytes } of sorted) archive.addBuffer(Buffer.from(bytes), path, options);
  archive.end();
  return await buffer(archive.outputStream);
}

/** Skills as zip: packed to the same bytes every time, and a provider's download read back in memory. */
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import type { PackageFile } from './adapter.ts';
import { MalformedAnswer } from './classify.ts';

export interface ArchiveLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
}

/** Twice what a skill may hold here: a download larger than that is not one of ours. */
export const DOWNLOAD_LIMITS: ArchiveLimits = {
  maxFiles: 1000,
  maxFileBytes: 32 * 1024 * 1024,
  maxTotalBytes: 60 * 1024 * 1024,
};

/** The same files give the same bytes. With `folder`, every path starts with it. */
export async function packZip(files: readonly PackageFile[], folder?: string): Promise<Uint8Array> {
  // Zip stores local time, so local noon is the same bytes in every zone.
  const mtime = new Date(1980, 0, 1, 12);
  const zip = new ZipWriter();
  for (const { path, bytes } of sortedByPath(files)) {
    const name = folder === undefined ? path : `${folder}/${path}`;
    zip.addBuffer(Buffer.from(bytes), name, { mtime, mode: 0o100644, forceDosTimestamp: true });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The files of a zip, sorted; one folder around all of them is taken off. Throws MalformedAnswer. */
export async function unpackZip(
  bytes: Uint8Array,
  limits: ArchiveLimits = DOWNLOAD_LIMITS,
): Promise<PackageFile[]> {
  try {
    const zip = await fromBufferPromise(Buffer.from(bytes), { lazyEntries: true, strictFileNames: true });
    return sortedByPath(withoutTopFolder(await readEntries(zip, limits)));
  } catch (error) {
    if (error instanceof MalformedAnswer) throw error;
    throw new MalformedAnswer('the downloaded archive is not a readable zip', { cause: error });
  }
}

async function readEntries(zip: ZipFile, limits: ArchiveLimits): Promise<PackageFile[]> {
  const files = new Map<string, Uint8Array>();
  let left = limits.maxTotalBytes;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    if (!isRegularFile(entry)) throw new MalformedAnswer('the downloaded archive holds a link or a device');
    if (files.has(entry.fileName)) throw new MalformedAnswer('the downloaded archive holds a path twice');
    if (files.size >= limits.maxFiles)
      throw new MalformedAnswer('the downloaded archive holds too many files');
    const bytes = await inflate(zip, entry, Math.min(left, limits.maxFileBytes));
    left -= bytes.byteLength;
    files.set(entry.fileName, bytes);
  }
  return [...files].map(([path, bytes]) => ({ path, bytes }));
}

/** Counts while inflating: the sizes an archive states are only claims. */
async function inflate(zip: ZipFile, entry: Entry, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new MalformedAnswer('the downloaded archive is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Archives made outside Unix carry no mode at all; those entries are files. */
function isRegularFile(entry: Entry): boolean {
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  return type === 0 || type === 0o100000;
}

function withoutTopFolder(files: readonly PackageFile[]): PackageFile[] {
  const folder = files[0]?.path.split('/', 1)[0] ?? '';
  const isWrapped = files.every(({ path }) => path.startsWith(`${folder}/`));
  if (!isWrapped) return [...files];
  return files.map(({ path, bytes }) => ({ path: path.slice(folder.length + 1), bytes }));
}

function sortedByPath(files: readonly PackageFile[]): PackageFile[] {
  return files.toSorted((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
}

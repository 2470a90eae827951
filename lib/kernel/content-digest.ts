/** The digest of a set of files: what a skill version is, independent of archives and of the order files came in. */
import { createHash } from 'node:crypto';

/** `sha256:<hex>` over one line `<sha256hex>  <size>  <path>` a file, sorted by the UTF-8 bytes of the path. */
export function contentDigest(files: Iterable<{ path: string; bytes: Uint8Array }>): string {
  const manifest = [...files]
    .sort((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)))
    .map(({ path, bytes }) => `${sha256Hex(bytes)}  ${bytes.byteLength}  ${path}\n`)
    .join('');
  return `sha256:${sha256Hex(manifest)}`;
}

function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Files that a Mac leaves beside the real ones; no skill has them, whichever way it arrives. */
import type { BundleFile } from './bundle-file.ts';

const BY_NAME = /(?:^|\/)(?:__MACOSX\/.*|\.DS_Store)$/s;
/** `._name` may be meant; it is debris only when it holds what macOS writes there (AppleDouble). */
const FORK_NAME = /(?:^|\/)\._[^/]+$/;
const APPLE_DOUBLE = Buffer.from([0x00, 0x05, 0x16, 0x07]);

export function isDebris({ path, bytes }: BundleFile): boolean {
  if (BY_NAME.test(path)) return true;
  return FORK_NAME.test(path) && APPLE_DOUBLE.equals(bytes.subarray(0, APPLE_DOUBLE.byteLength));
}

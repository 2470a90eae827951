/** Which paths a file of a skill may have, so that it lands in the same place on every system. */
import type { BundleIssue } from './issues.ts';
import { MAX_PATH_BYTES, MAX_SEGMENT_BYTES } from './limits.ts';

/** File systems differ in how they compose letters; a bundle has the composed form only. */
export function normalizePath(path: string): string {
  return path.normalize('NFC');
}

/** What is wrong with one path, or nothing. */
export function checkPath(path: string): string | null {
  if (path === '') return 'must not be empty';
  if (!path.isWellFormed() || path.includes('\u{FFFD}')) return 'must be valid Unicode';
  if (/[\p{Cc}\u2028\u2029]/u.test(path)) return 'must not contain NUL or control characters';
  if (path.includes('\\')) return "must separate folders with '/', not with a backslash";
  if (path.startsWith('/')) return 'must be relative, not absolute';
  if (/^[A-Za-z]:/.test(path)) return 'must not begin with a drive letter';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `must be at most ${MAX_PATH_BYTES} bytes long`;
  return checkSegments(path.split('/'));
}

function checkSegments(segments: readonly string[]): string | null {
  if (segments.includes('..')) return "must not contain '..'";
  if (segments.includes('.')) return "must not contain '.' as a folder";
  if (segments.includes('')) return "must not contain empty parts ('//' or a '/' at the end)";
  if (segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)) {
    return `must not have a part longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return null;
}

/** Every rule for all paths together: each on its own, no two the same, none both file and folder. */
export function checkPaths(paths: readonly string[], folders: readonly string[] = []): BundleIssue[] {
  const taken = takenFolders([...paths.flatMap(parentFolders), ...folders]);
  const firstByFolded = new Map<string, string>();
  return paths.flatMap((path, index): BundleIssue[] => {
    const folded = foldPath(path);
    const first = firstByFolded.get(folded);
    if (first === undefined) firstByFolded.set(folded, path);
    const message =
      checkPath(path) ??
      (first === undefined ? null : sameMessage(path, first)) ??
      (taken.has(folded) ? 'must not be both a file and a folder' : null);
    return message === null ? [] : [{ file: path, line: null, message, pathOf: index }];
  });
}

/** Two paths with the same folded form are one file on some system. Upper-casing first also folds ß and ſ. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

function takenFolders(folders: readonly string[]): Set<string> {
  return new Set(folders.map(foldPath));
}

function parentFolders(path: string): string[] {
  const segments = path.split('/');
  // A path of very many parts is refused for its length; its parents need not be listed.
  if (segments.length > MAX_PATH_BYTES) return [];
  return segments.slice(1).map((_, depth) => segments.slice(0, depth + 1).join('/'));
}

function sameMessage(path: string, first: string): string {
  return path === first
    ? 'must not occur twice'
    : `must differ from ${JSON.stringify(first)} by more than case or composition of letters`;
}

/** Which paths a file of a skill may have, so that it lands in the same place on every system. */
import { type BundleIssue, quoteName } from './issues.ts';
import { MAX_PATH_BYTES, MAX_SEGMENT_BYTES } from './limits.ts';

/** File systems differ in how they compose letters; a bundle has the composed form only. */
export function normalizePath(path: string): string {
  return path.normalize('NFC');
}

/** What is wrong with one path, or nothing. `around` is how many bytes of it will be taken off. */
export function checkPath(path: string, around = 0): string | null {
  if (path === '') return 'must not be empty';
  if (!path.isWellFormed() || path.includes('\u{FFFD}')) return 'must be valid Unicode';
  if (/[\p{Cc}\u2028\u2029]/u.test(path)) return 'must not contain NUL or control characters';
  if (path.includes('\\')) return "must separate folders with '/', not with a backslash";
  if (path.startsWith('/')) return 'must be relative, not absolute';
  if (/^[A-Za-z]:/.test(path)) return 'must not begin with a drive letter';
  if (Buffer.byteLength(path) - around > MAX_PATH_BYTES)
    return `must be at most ${MAX_PATH_BYTES} bytes long`;
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
export function checkPaths(
  paths: readonly string[],
  folders: readonly string[] = [],
  around = 0,
): BundleIssue[] {
  // What is wrong by itself may be very long, and is compared with nothing.
  const problems = paths.map((path) => checkPath(path, around));
  const folded = paths.map((path, index) => (problems[index] === null ? foldPath(path) : null));
  const isFolder = folderFinder([
    ...folded.filter((path) => path !== null),
    ...folders.filter((folder) => checkPath(folder, around) === null).map((folder) => `${foldPath(folder)}/`),
  ]);
  const firstByFolded = new Map<string, string>();
  return paths.flatMap((path, index): BundleIssue[] => {
    const key = folded[index] ?? null;
    const message =
      problems[index] ?? (key === null ? null : checkAgainstOthers(path, key, firstByFolded, isFolder));
    return message === null ? [] : [{ file: path, line: null, message, pathOf: index }];
  });
}

function checkAgainstOthers(
  path: string,
  folded: string,
  firstByFolded: Map<string, string>,
  isFolder: (folded: string) => boolean,
): string | null {
  const first = firstByFolded.get(folded);
  if (first !== undefined) return sameMessage(path, first);
  firstByFolded.set(folded, path);
  return isFolder(folded) ? 'must not be both a file and a folder' : null;
}

/** Two paths with the same folded form are one file on some system. Upper-casing first also folds ß and ſ. */
export function foldPath(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** Sorted, all that is in a folder stands together, so no list of all folders is needed: it could be immense. */
function folderFinder(paths: readonly string[]): (folded: string) => boolean {
  const sorted = paths.toSorted((one, other) => (one < other ? -1 : 1));
  return (folded) => {
    const prefix = `${folded}/`;
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? '') < prefix) low = middle + 1;
      else high = middle;
    }
    return sorted[low]?.startsWith(prefix) ?? false;
  };
}

function sameMessage(path: string, first: string): string {
  return path === first
    ? 'must not occur twice'
    : `must differ from ${quoteName(first)} by more than case or composition of letters`;
}

/** What can be wrong with a bundle, and where in the request each thing is shown. */
import type { Issue } from '../../kernel/errors.ts';

export interface BundleIssue {
  /** Path of the file in the bundle; empty when it is about the bundle as a whole. */
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
  /** Set when the path itself is wrong: which of the given files it is, as a path may be given twice. */
  readonly pathOf?: number;
}

/** A list longer than this helps nobody and could be made to grow without end. */
const MAX_ISSUES = 100;
const MAX_SHOWN = 200;

/** For `{"source":{"type":"inline","files":[…]}}`: points at the content or the path of the file. */
export function issuesForInline(
  issues: readonly BundleIssue[],
  files: ReadonlyArray<{ readonly path: string }>,
): Issue[] {
  const indexByPath = new Map(files.map((file, index) => [file.path.normalize('NFC'), index]));
  return capped(issues, (issue) => {
    if (issue.pathOf !== undefined) return `/source/files/${issue.pathOf}/path`;
    const index = indexByPath.get(issue.file);
    return index === undefined ? '/source/files' : `/source/files/${index}/content`;
  });
}

/** For an uploaded archive: its entries have no pointer, so the message names them. */
export function issuesForArchive(issues: readonly BundleIssue[]): Issue[] {
  return capped(issues, () => '/archive', nameFile);
}

/** For repeated `files` parts, whose order a client does not see either. */
export function issuesForUploads(issues: readonly BundleIssue[]): Issue[] {
  return capped(issues, () => '/files', nameFile);
}

/** For what was fetched: its files have no pointer either. */
export function issuesForRemote(issues: readonly BundleIssue[]): Issue[] {
  return capped(issues, () => '/source/url', nameFile);
}

/** For a folder of a repository that holds what is no file of a skill. */
export function issuesForFolder(issues: readonly BundleIssue[]): Issue[] {
  return capped(issues, () => '/source/path', nameFile);
}

/** For one folder of an import: the place is the file in the folder. No database text can hold NUL. */
export function issuesInFolder(issues: readonly BundleIssue[]): Issue[] {
  return capped(issues, (issue) => issue.file.replaceAll('\0', '\u{FFFD}'));
}

function capped(
  issues: readonly BundleIssue[],
  pointer: (issue: BundleIssue) => string,
  message: (issue: BundleIssue) => string = nameLine,
): Issue[] {
  const shown = issues
    .slice(0, MAX_ISSUES)
    .map((issue) => ({ path: pointer(issue), message: message(issue) }));
  const left = issues.length - shown.length;
  const last = shown.at(-1);
  if (left > 0 && last) shown.push({ path: last.path, message: `and ${left} more` });
  return shown;
}

/** A name that a caller chose, as a message shows it: of a long one, the beginning. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name);
}

function nameLine(issue: BundleIssue): string {
  return issue.line === null ? issue.message : `line ${issue.line}: ${issue.message}`;
}

function nameFile(issue: BundleIssue): string {
  if (issue.file === '') return issue.message;
  const name = /^[\w./-]{1,200}$/.test(issue.file) ? issue.file : quoteName(issue.file);
  return issue.line === null ? `${name}: ${issue.message}` : `${name}:${issue.line}: ${issue.message}`;
}

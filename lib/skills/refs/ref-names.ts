/** How versions may be named: what git lets a tag or branch be called, and what is a number or a commit. (pure) */

const FULL_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const COMMIT_PREFIX = /^[0-9a-f]{7,64}$/;
const VERSION_NUMBER = /^[1-9]\d{0,8}$/;

/** As `git check-ref-format` has it, without names that already mean something else here. */
export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || name === 'HEAD' || isReserved(name)) return false;
  if (/[\p{Cc}\s~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[./]$/u.test(name)) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));
}

/** Means a version whatever else is called so. */
export function isReserved(name: string): boolean {
  return name === 'latest' || /^\d+$/.test(name) || /^(?:skv_|sha256:)/.test(name);
}

export function isFullCommit(text: string): boolean {
  return FULL_COMMIT.test(text);
}

export function versionNumberOf(ref: string): number | null {
  return VERSION_NUMBER.test(ref) ? Number(ref) : null;
}

/** Null when the ref cannot be how a commit begins. */
export function commitPrefixOf(ref: string): string | null {
  const prefix = ref.toLowerCase();
  return COMMIT_PREFIX.test(prefix) ? prefix : null;
}

/** `refs/tags/v1` and `v1` are the same tag; likewise for branches. */
export function shortRef(ref: string, kind: 'tag' | 'branch'): string {
  const prefix = kind === 'tag' ? 'refs/tags/' : 'refs/heads/';
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : ref;
}

/** Whether a repository may know this ref, so that it is worth asking. */
export function isForRepository(ref: string): boolean {
  const isElsewhere = ref.startsWith('refs/') && !/^refs\/(?:heads|tags)\//.test(ref);
  return !isElsewhere && (commitPrefixOf(ref) !== null || isRefName(ref));
}

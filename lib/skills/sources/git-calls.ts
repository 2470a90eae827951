/** What the thread of a repository can be asked, and what it answers. */
import type { BundleFile } from '../bundle/bundle-file.ts';
import type { BundleIssue } from '../bundle/issues.ts';
import type { Advertisement } from './git-wire.ts';

/** Its path from the root of the repository; empty for the root. */
export interface SkillFolder {
  readonly path: string;
}

export type ReadFolder =
  | { readonly ok: true; readonly files: BundleFile[] }
  | { readonly ok: false; readonly issues: BundleIssue[] };

interface Results {
  readonly listed: Advertisement | null;
  /** The ids of the objects; null when the server did not give what was asked for. */
  readonly pack: readonly string[] | null;
  readonly isCommit: boolean;
  readonly folders: readonly SkillFolder[];
  readonly folder: ReadFolder;
}

export type Call =
  | { readonly type: 'listed'; readonly bytes: Uint8Array }
  | { readonly type: 'pack'; readonly bytes: Uint8Array }
  | { readonly type: 'isCommit'; readonly oid: string }
  | { readonly type: 'folders'; readonly commit: string; readonly under: string }
  | { readonly type: 'folder'; readonly commit: string; readonly path: string };

export type Result = Results[keyof Results];
export type ResultOf<C extends Call> = Results[C['type']];

export type Answer =
  | { readonly ok: true; readonly result: Result }
  /** `at` is null for an error that nobody foresaw. */
  | { readonly ok: false; readonly at: RepositoryRefused['at'] | null; readonly message: string };

/** A repository that is refused as a whole, or does not have what was asked for; `message` may be shown. */
export class RepositoryRefused extends Error {
  override readonly name = 'RepositoryRefused';
  readonly at: 'ref' | 'path' | 'server';

  constructor(at: 'ref' | 'path' | 'server', message: string) {
    super(message);
    this.at = at;
  }
}

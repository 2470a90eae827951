/** Wherever a skill comes from → its bundle, or one 400 with every issue at its place in the request. */
import { AppError, type Issue } from '../../kernel/errors.ts';
import { readArchive } from '../bundle/archive.ts';
import { type Bundle, makeBundle } from '../bundle/bundle.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { type BundleIssue, issuesForArchive, issuesForInline, issuesForUploads } from '../bundle/issues.ts';
import { type InlineFile, readInlineFiles } from './inline.ts';

export type SkillSource =
  | { readonly type: 'inline'; readonly files: readonly InlineFile[] }
  | { readonly type: 'archive'; readonly fileName: string | null; readonly bytes: Uint8Array }
  | { readonly type: 'files'; readonly files: readonly BundleFile[] };

export interface LoadedSource {
  readonly bundle: Bundle;
  /** What the version remembers of where it came from. */
  readonly origin: { readonly type: 'inline' | 'archive' | 'files'; readonly fileName?: string };
}

/** Throws `bad_request:api` listing everything that is wrong. */
export async function loadSource(source: SkillSource): Promise<LoadedSource> {
  switch (source.type) {
    case 'inline': {
      const read = readInlineFiles(source.files);
      if (!read.ok) throw invalidSkill(read.issues);
      const bundle = bundleOf(read.files, null, (issues) => issuesForInline(issues, source.files));
      return { bundle, origin: { type: 'inline' } };
    }
    case 'archive': {
      const read = await readArchive(source.bytes);
      if (!read.ok) throw invalidSkill(issuesForArchive(read.issues));
      const bundle = bundleOf(read.files, read.directoryName, issuesForArchive);
      return {
        bundle,
        origin: { type: 'archive', ...(source.fileName !== null && { fileName: source.fileName }) },
      };
    }
    case 'files': {
      const bundle = bundleOf(source.files, null, issuesForUploads);
      return { bundle, origin: { type: 'files' } };
    }
  }
}

function bundleOf(
  files: readonly BundleFile[],
  directoryName: string | null,
  place: (issues: readonly BundleIssue[]) => Issue[],
): Bundle {
  const made = makeBundle(files, directoryName);
  if (!made.ok) throw invalidSkill(place(made.issues));
  return made.bundle;
}

function invalidSkill(issues: readonly Issue[]): AppError {
  const count = issues.length === 1 ? 'One thing is' : `${issues.length} things are`;
  return new AppError('bad_request:api', `${count} not valid in this skill`, { issues });
}

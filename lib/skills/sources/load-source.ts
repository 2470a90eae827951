/** Wherever a skill comes from → its bundle, or one 400 with every issue at its place in the request. */
import type { Context } from '../../kernel/context.ts';
import { AppError, type Issue } from '../../kernel/errors.ts';
import { readArchive } from '../bundle/archive.ts';
import { type Bundle, makeBundle } from '../bundle/bundle.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { SKILL_FILE } from '../bundle/skill-md.ts';
import { refusedAt } from './fetch-remote.ts';
import {
  type BundleIssue,
  issuesForArchive,
  issuesForFolder,
  issuesForInline,
  issuesForRemote,
  issuesForUploads,
} from '../bundle/issues.ts';
import { refsInRepository, type SourceRefs } from '../refs/record-refs.ts';
import { type SourceRepository, sourceRepository } from '../refs/repositories.ts';
import type { ReadFolder } from './git-calls.ts';
import { readInlineFiles } from './inline.ts';
import { fetchFolder } from './git.ts';
import { fetchArchive } from './remote-archive.ts';
import type { SkillSource } from './skill-source.ts';
import { fetchPublished } from './well-known.ts';

export interface LoadedSource {
  readonly bundle: Bundle;
  /** What the version remembers of where it came from. */
  readonly origin: { readonly type: SkillSource['type'] } & Readonly<Record<string, string>>;
  /** For what comes from git: where it can be read again, and what the commit is called there. */
  readonly repository?: SourceRepository & { readonly refs: SourceRefs };
}

/** Throws `bad_request:api` listing everything that is wrong, `bad_gateway:skill` or `timeout:skill`. */
export async function loadSource(ctx: Context, source: SkillSource): Promise<LoadedSource> {
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
    case 'url': {
      const { bytes, origin } = await fetchArchive(ctx, source);
      return { bundle: await bundleOfRemoteArchive(bytes), origin };
    }
    case 'git': {
      const { folder, directoryName, origin, refs } = await fetchFolder(ctx, source);
      return {
        bundle: bundleOfFolder(folder, directoryName),
        origin: { ...origin },
        repository: { ...sourceRepository(source), refs: refsInRepository({ ...origin, refs }) },
      };
    }
    case 'well_known': {
      const { kind, bytes, origin } = await fetchPublished(ctx, source);
      const bundle =
        kind === 'archive'
          ? await bundleOfRemoteArchive(bytes)
          : bundleOf([{ path: SKILL_FILE, bytes }], null, issuesForRemote);
      if (bundle.manifest.name === source.name) return { bundle, origin };
      throw refusedAt('/source/name', `the SKILL.md published there is of ${bundle.manifest.name}`);
    }
  }
}

/** Throws `bad_request:api` with every issue. */
export function bundleOfFolder(folder: ReadFolder, directoryName: string | null): Bundle {
  if (!folder.ok) throw invalidSkill(issuesForFolder(folder.issues));
  return bundleOf(folder.files, directoryName, issuesForRemote);
}

async function bundleOfRemoteArchive(bytes: Uint8Array): Promise<Bundle> {
  const read = await readArchive(bytes);
  if (!read.ok) throw invalidSkill(issuesForRemote(read.issues));
  return bundleOf(read.files, read.directoryName, issuesForRemote);
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

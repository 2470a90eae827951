/** The bytes of a version: all files as one archive, or one file as it is. */
import { hash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { requireRole } from '../../auth/principal.ts';
import { contentDigest } from '../../kernel/content-digest.ts';
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { selectBlobs } from '../blob-store.ts';
import { zipStream } from '../bundle/bundle.ts';
import { normalizePath } from '../bundle/paths.ts';
import { findSkill } from '../read-skills.ts';
import { loadVersionFiles } from './read-versions.ts';
import { resolveRef } from '../refs/resolve-ref.ts';
import type { VersionRow } from './version-store.ts';

export interface VersionArchive {
  readonly fileName: string;
  /** Of the content: two versions with the same digest have the same archive. */
  readonly digest: string;
  open(): Promise<{ size: number; stream: Readable }>;
}

/** A zip with SKILL.md at its root, the same bytes every time. Nothing is read before it is opened. */
export async function getArchive(
  ctx: Context,
  input: { skill: string; ref: string },
): Promise<VersionArchive> {
  requireRole(ctx, 'viewer');
  const skill = await findSkill(ctx, input.skill);
  const version = await resolveRef(ctx, skill, input.ref);
  return {
    fileName: `${skill.name}-${version.number}.zip`,
    digest: version.digest,
    open: async () => await zipStream({ files: await loadIntact(ctx, version) }),
  };
}

/** Throws when the stored bytes are not those of the version: nothing damaged is handed out. */
async function loadIntact(ctx: Context, version: VersionRow) {
  const files = await loadVersionFiles(ctx, version);
  if (contentDigest(files) !== version.digest)
    throw new Error(`the stored files of ${version.id} are damaged`);
  return files;
}

export interface VersionFile {
  /** The last part of its path. */
  readonly fileName: string;
  readonly digest: string;
  open(): Promise<{ bytes: Uint8Array; isText: boolean }>;
}

/** Throws `not_found:skill` when the version has no such file. */
export async function getVersionFile(
  ctx: Context,
  input: { skill: string; ref: string; path: string },
): Promise<VersionFile> {
  requireRole(ctx, 'viewer');
  const skill = await findSkill(ctx, input.skill);
  const version = await resolveRef(ctx, skill, input.ref);
  const path = normalizePath(input.path);
  const file = version.files.find((each) => each.path === path);
  if (!file) {
    throw new AppError('not_found:skill', `Version ${version.number} of ${skill.name} has no such file`, {
      issues: [{ path: '/path', message: 'take a path from `files` of the version' }],
    });
  }
  return {
    fileName: path.slice(path.lastIndexOf('/') + 1),
    digest: file.digest,
    async open() {
      const bytes = (await selectBlobs(ctx, [file.digest])).get(file.digest);
      if (!bytes || `sha256:${hash('sha256', bytes)}` !== file.digest) {
        throw new Error(`the bytes of ${path} in ${version.id} are missing or damaged`);
      }
      return { bytes, isText: isText(bytes) };
    },
  };
}

/** Whether bytes can be shown as lines: UTF-8 without NUL. */
export function isText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** Compares two versions of a skill, file by file and line by line, in bounded time. */
import { setImmediate as otherRequests } from 'node:timers/promises';
import { requireRole } from '../../auth/principal.ts';
import type { StoredFile } from '../../db/stored-values.ts';
import type { Context } from '../../kernel/context.ts';
import { selectBlobStarts } from '../blob-store.ts';
import type { FileChange, VersionDiff } from './diff-schema.ts';
import { changedCapabilities, type ChangedFile, changedFields, changedFiles } from './diff-versions.ts';
import { diffTexts, type LineDiff } from './line-diff.ts';
import { findSkill } from '../read-skills.ts';
import { resolveRef } from '../refs/resolve-ref.ts';
import { selectCapabilities } from '../policy/scan-store.ts';
import type { VersionRow } from './version-store.ts';

/** Of unified text for all files together, in characters. */
const MAX_DIFF = 1024 * 1024;
const MAX_MS = 2000;
/** Of a file: larger ones are not compared, and only so much of them is read. */
const MAX_BYTES = 512 * 1024;

/** Throws `not_found:skill`. */
export async function diffVersions(
  ctx: Context,
  input: { skill: string; ref: string; other: string },
): Promise<VersionDiff> {
  requireRole(ctx, 'viewer');
  const skill = await findSkill(ctx, input.skill);
  const from = await resolveRef(ctx, skill, input.ref);
  const to = await resolveRef(ctx, skill, input.other);
  const capabilities = await selectCapabilities(ctx, [from.digest, to.digest]);
  const [before, after] = [capabilities.get(from.digest), capabilities.get(to.digest)];
  return {
    from: shapeRef(from),
    to: shapeRef(to),
    files: await diffFiles(ctx, changedFiles(from.files, to.files)),
    manifest: changedFields(from.manifest, to.manifest),
    capabilities: before && after ? changedCapabilities(before, after) : null,
  };
}

function shapeRef({ id, number, label, digest }: VersionRow): VersionDiff['from'] {
  return { id, number, label, digest };
}

async function diffFiles(ctx: Context, changed: readonly ChangedFile[]): Promise<FileChange[]> {
  const digests = changed.flatMap(({ before, after }) =>
    [before, after].flatMap((file) => file?.digest ?? []),
  );
  const starts = await selectBlobStarts(ctx, [...new Set(digests)], MAX_BYTES);
  const deadline = Date.now() + MAX_MS;
  let left = MAX_DIFF;
  const files: FileChange[] = [];
  for (const file of changed) {
    const compared = diffFile(file, starts, { maxLength: left, maxMs: deadline - Date.now() });
    left -= compared.diff?.length ?? 0;
    files.push(compared);
    // A comparison keeps the process from everything else.
    await otherRequests();
  }
  return files;
}

function diffFile(
  { path, before, after }: ChangedFile,
  starts: ReadonlyMap<string, Uint8Array>,
  bounds: { maxLength: number; maxMs: number },
): FileChange {
  const [old, made] = [textOf(before, starts), textOf(after, starts)];
  const isText = old !== undefined && made !== undefined;
  return {
    path,
    change: before === null ? 'added' : after === null ? 'removed' : 'changed',
    before: before && { size: before.size, digest: before.digest },
    after: after && { size: after.size, digest: after.digest },
    isText,
    ...(isText ? compare() : { diff: null, truncated: false }),
  };

  function compare(): LineDiff {
    // Of what is there on one side only, the beginning is enough.
    const isTooLarge = before && after && Math.max(before.size, after.size) > MAX_BYTES;
    return isTooLarge ? { diff: null, truncated: true } : diffTexts(path, old ?? null, made ?? null, bounds);
  }
}

/** Null for no file, undefined for what is no text; of a long text its beginning, which may end inside a character. */
function textOf(file: StoredFile | null, starts: ReadonlyMap<string, Uint8Array>): string | null | undefined {
  if (file === null) return null;
  const start = starts.get(file.digest);
  if (start === undefined) throw new Error(`the bytes of ${file.path} are missing from the database`);
  if (start.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(start, {
      stream: start.byteLength < file.size,
    });
  } catch {
    // The only failure there is: bytes that are not UTF-8.
    return undefined;
  }
}

/** What the readers of zip and tar share: how far they may go, what they hand back, and how they refuse. */
import type { BundleFile } from './bundle-file.ts';
import type { BundleIssue } from './issues.ts';
import {
  inMegabytes,
  MAX_ARCHIVE_ENTRIES,
  MAX_FILE_BYTES,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_ENTRIES,
  MAX_PATH_BYTES,
  MAX_RATIO,
  MAX_TOTAL_BYTES,
  RATIO_FREE_BYTES,
} from './limits.ts';

/** How much an archive may unpack to; the readers stop before they pass it. */
export interface UnpackLimits {
  readonly totalBytes: number;
  readonly fileBytes: number;
  readonly entries: number;
  /** An entry that is refused leaves the others readable, instead of refusing the archive. */
  readonly keepsOthers: boolean;
}

/** What a reader found: names as they stand in the archive, folders without their final `/`. */
export interface Unpacked {
  readonly files: BundleFile[];
  readonly folders: string[];
  readonly issues: BundleIssue[];
}

/** For an archive of one skill. */
export function limitsFor(archiveBytes: number): UnpackLimits {
  return {
    totalBytes: Math.min(MAX_TOTAL_BYTES, byRatio(archiveBytes)),
    fileBytes: MAX_FILE_BYTES,
    entries: MAX_ARCHIVE_ENTRIES,
    keepsOthers: false,
  };
}

/** For an archive of many. */
export function importLimitsFor(archiveBytes: number): UnpackLimits {
  return {
    totalBytes: Math.min(MAX_IMPORT_BYTES, byRatio(archiveBytes)),
    fileBytes: MAX_FILE_BYTES,
    entries: MAX_IMPORT_ENTRIES,
    keepsOthers: true,
  };
}

function byRatio(archiveBytes: number): number {
  return Math.max(archiveBytes * MAX_RATIO, RATIO_FREE_BYTES);
}

/** Says which limit it was: the size itself, or the ratio that made it smaller. */
export function tooLarge({ totalBytes }: UnpackLimits): BundleIssue {
  return ofArchive(
    totalBytes === MAX_TOTAL_BYTES || totalBytes === MAX_IMPORT_BYTES
      ? `must unpack to at most ${inMegabytes(totalBytes)}`
      : `must unpack to at most ${MAX_RATIO} times its own size`,
  );
}

export function fileTooLarge(file: string): BundleIssue {
  return { file, line: null, message: `must be at most ${inMegabytes(MAX_FILE_BYTES)}` };
}

export function tooManyEntries({ entries }: UnpackLimits): BundleIssue {
  return ofArchive(`must hold at most ${entries} entries`);
}

/** Longer ones are not even kept to be looked at: decomposed letters take up to three times their room. */
export const MAX_NAME_BYTES = 4 * MAX_PATH_BYTES;

export function nameTooLong(file: string): BundleIssue {
  // A copy of the beginning: a part of a text keeps the whole text in memory.
  const beginning = Buffer.from(file.slice(0, MAX_PATH_BYTES)).toString();
  return { file: beginning, line: null, message: `must be at most ${MAX_PATH_BYTES} bytes long` };
}

export function damaged(cause: unknown): BundleIssue {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return ofArchive(`is damaged: ${reason.slice(0, 200).toWellFormed()}`);
}

export function ofArchive(message: string): BundleIssue {
  return { file: '', line: null, message: `the archive ${message}` };
}

/** How large a skill may be, in every form it can arrive in. */

const MEBIBYTE = 1024 * 1024;

export const MAX_FILES = 500;
export const MAX_FILE_BYTES = 16 * MEBIBYTE;
export const MAX_TOTAL_BYTES = 30 * MEBIBYTE;
/** What a skill travels in: an upload, or a file fetched from elsewhere. */
export const MAX_SOURCE_BYTES = 45 * MEBIBYTE;

/** An archive may unpack to this many times its own size … */
export const MAX_RATIO = 100;
/** … and always to this much: a tiny archive of a repetitive text is no bomb. */
export const RATIO_FREE_BYTES = 256 * 1024;

/** Files and folders together; stops reading an archive that is only names. */
export const MAX_ARCHIVE_ENTRIES = 2000;

export const MAX_SEGMENT_BYTES = 255;
export const MAX_PATH_BYTES = 1024;

/** How an issue writes a number of bytes. */
export function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / MEBIBYTE)} MB`;
}

/** An archive with many skills in it may unpack to more than one skill. */
export const MAX_IMPORT_BYTES = 128 * MEBIBYTE;
export const MAX_IMPORT_ENTRIES = 20_000;
/** Folders with a SKILL.md in one import. */
export const MAX_IMPORT_FOLDERS = 1000;

/** Two texts → the lines between them, as unified text, within bounds of time and length. (pure but for the clock) */
import { createPatch, OMIT_HEADERS } from 'diff';

/** Of unified text for one file, in characters. */
export const MAX_FILE_DIFF = 64 * 1024;
/** Lines added and removed together; what differs more has been written anew. */
const MAX_EDITS = 5000;
const MAX_FILE_MS = 250;

export interface LineDiff {
  /** Null when there is nothing to show within the bounds. */
  readonly diff: string | null;
  /** There is more than `diff` shows. */
  readonly truncated: boolean;
}

const NOTHING: LineDiff = { diff: null, truncated: true };

/** A null text is a file that is not there. `maxLength` bounds the answer, `maxMs` the time. */
export function diffTexts(
  path: string,
  before: string | null,
  after: string | null,
  bounds: { readonly maxLength: number; readonly maxMs: number },
): LineDiff {
  const maxLength = Math.min(bounds.maxLength, MAX_FILE_DIFF);
  const timeout = Math.min(bounds.maxMs, MAX_FILE_MS);
  if (timeout <= 0 || maxLength <= 0) return NOTHING;
  const [old, oldIsCut] = readable(before, after, maxLength);
  const [made, madeIsCut] = readable(after, before, maxLength);
  const hunks = createPatch(path, old, made, undefined, undefined, {
    context: 3,
    timeout,
    // Where one file is not there, every line is an edit, and the text was cut already.
    maxEditLength: before === null || after === null ? Number.POSITIVE_INFINITY : MAX_EDITS,
    headerOptions: OMIT_HEADERS,
  });
  if (hunks === undefined) return NOTHING;
  // The library's own head writes letters beyond ASCII as numbers.
  const names = [before === null ? '/dev/null' : `a/${path}`, after === null ? '/dev/null' : `b/${path}`];
  const patch = `--- ${names[0]}\n+++ ${names[1]}\n${hunks}`;
  const cut = cutAtLine(patch, maxLength);
  // The head of a part of which no line is left says nothing.
  const diff = cut.length === patch.length ? cut : cut.replace(/^@@[^\n]*\n$/m, '');
  return {
    diff: /^@@/m.test(diff) ? diff : null,
    truncated: oldIsCut || madeIsCut || diff.length !== patch.length,
  };
}

/** The text to compare, and whether it is only its beginning: enough where the other file is not there. */
function readable(text: string | null, other: string | null, maxLength: number): [string, boolean] {
  if (text === null) return ['', false];
  if (other !== null || text.length <= maxLength) return [text, false];
  return [cutAtLine(text, maxLength), true];
}

/** Whole lines of at most so many characters. */
function cutAtLine(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, text.lastIndexOf('\n', maxLength - 1) + 1);
}

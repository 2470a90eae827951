/** Cuts a normalised message into known phrases, names, versions and unknown words, so that as little as possible is unknown. */
import type { Sign } from './lexicon.ts';
import { SIGNS, SUFFIX_MARKS } from './lexicons.ts';
import { isKoreanPredicate } from './normalize.ts';
import { phrasesAt } from './phrase-trie.ts';
import type { Name, Vocabulary } from './vocabulary.ts';

export type Meaning =
  | Sign
  | Name
  | { readonly is: 'version'; readonly version: string }
  | { readonly is: 'commit' }
  | { readonly is: 'number' }
  | { readonly is: 'punctuation' }
  | { readonly is: 'unknown' };

export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly meanings: readonly Meaning[];
}

interface Step {
  readonly cost: number;
  readonly piece: Piece | null;
  readonly from: number;
}

const UNKNOWN: readonly Meaning[] = [{ is: 'unknown' }];
const PUNCTUATION: readonly Meaning[] = [{ is: 'punctuation' }];
const VERSION = /v?\d+(?:\.\d+){1,3}(?:-[0-9a-z]+(?:\.[0-9a-z]+)*)?|v\d+/y;
const MOMENT = /\d{1,2}(?::\d\d)? ?(?:am|pm)|\d{1,2}:\d\d|\d{4}-\d\d-\d\d/y;
const COMMIT = /(?=[a-f]{0,40}\d)[0-9a-f]{7,40}/y;
const NUMBER = /\d+/y;
/** Of runs and batches, as the API gives them. */
const ID = /(?:run|bat)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/y;
const RUN: readonly Meaning[] = [{ is: 'mark', mark: 'runNoun' }];
const SCHEDULED: readonly Meaning[] = [{ is: 'mark', mark: 'schedule' }];
const LONGEST_SUFFIX = 7;

/** Least-cost cut of the text from left to right; every step looks a bounded distance ahead. */
export function segment(text: string, vocabulary: Vocabulary): Piece[] {
  const best: (Step | undefined)[] = Array.from({ length: text.length + 1 });
  best[0] = { cost: 0, piece: null, from: 0 };
  for (let at = 0; at < text.length; at += 1) {
    const here = best[at];
    if (here === undefined) continue;
    const relax = (piece: Piece | null, end: number, cost: number): void => {
      const there = best[end];
      if (there === undefined || here.cost + cost < there.cost)
        best[end] = { cost: here.cost + cost, piece, from: at };
    };
    if (isSpace(text[at])) {
      relax(null, at + 1, 0);
      continue;
    }
    for (const { piece, cost } of edges(text, at, vocabulary)) relax(piece, piece.end, cost);
  }
  return trace(best, text.length);
}

function trace(best: readonly (Step | undefined)[], end: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = end; at > 0; ) {
    const step = best[at];
    if (step === undefined) return pieces.reverse();
    if (step.piece !== null) pieces.push(step.piece);
    at = step.from;
  }
  return pieces.reverse();
}

interface Edge {
  readonly piece: Piece;
  readonly cost: number;
}

function edges(text: string, at: number, vocabulary: Vocabulary): Edge[] {
  const known = new Map<number, Meaning[]>();
  const add = (end: number, meanings: readonly Meaning[]): void => {
    if (allowed(text, at, end)) known.set(end, [...(known.get(end) ?? []), ...meanings]);
  };
  for (const { end, values } of phrasesAt(vocabulary.names, text, at)) add(end, values);
  for (const { end, values } of phrasesAt(SIGNS, text, at)) add(end, values);
  for (const [pattern, meaning] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) add(at + found[0].length, meaning(found[0]));
  }
  const found = [...known].map(([end, meanings]) => ({
    piece: cut(text, at, end, meanings),
    cost: costOf(meanings),
  }));
  return [...found, ...unknownEdges(text, at)];
}

const PATTERNS: readonly (readonly [RegExp, (text: string) => readonly Meaning[]])[] = [
  [VERSION, (text) => [{ is: 'version', version: text.replace(/^v/u, '') }]],
  [MOMENT, () => SCHEDULED],
  [COMMIT, () => [{ is: 'commit' }]],
  [NUMBER, () => [{ is: 'number' }]],
  [ID, () => RUN],
];

function unknownEdges(text: string, at: number): Edge[] {
  if (!isWord(text[at])) return [{ piece: cut(text, at, at + 1, PUNCTUATION), cost: 0.5 }];
  if (isWord(text[at - 1]) && isHangul(text[at]) === isHangul(text[at - 1])) return [];
  const end = wordEnd(text, at);
  const found = [{ piece: cut(text, at, end, UNKNOWN), cost: 12 }];
  if (!isHangul(text[at]) || isKoreanPredicate(text.slice(at, end))) return found;
  for (let split = Math.max(at + 1, end - LONGEST_SUFFIX); split < end; split += 1) {
    if (isSuffix(text, split, end))
      found.push({ piece: cut(text, at, split, UNKNOWN), cost: 10 + (split - at) / 100 });
  }
  return found;
}

function isSuffix(text: string, start: number, end: number): boolean {
  // "보고서", "명세서": a noun of its own more often than a place.
  if (text.slice(start, end) === '서') return false;
  return phrasesAt(SIGNS, text, start).some(
    (match) =>
      match.end === end && match.values.some((sign) => sign.is === 'mark' && SUFFIX_MARKS.has(sign.mark)),
  );
}

/** Where the word that starts here ends: at a change of script, or where a connecting sign connects nothing. */
function wordEnd(text: string, start: number): number {
  const hangul = isHangul(text[start]);
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const letter = text[end];
    if (isWord(letter)) {
      if (isHangul(letter) !== hangul) break;
    } else if (
      hangul ||
      letter === '@' ||
      !isConnector(letter) ||
      !isWord(text[end + 1]) ||
      isHangul(text[end + 1])
    )
      break;
  }
  return end;
}

/** A phrase must not be the beginning, the end or the middle of a longer Latin word. */
function allowed(text: string, start: number, end: number): boolean {
  const before = text[start - 1];
  const after = text[end];
  if (isLatin(text[start])) {
    if (isLatin(before)) return false;
    if (isConnector(before) && before !== '@' && isLatin(text[start - 2])) return false;
  }
  if (isLatin(text[end - 1])) {
    if (isLatin(after)) return false;
    if (isConnector(after) && after !== "'" && after !== '@' && isLatin(text[end + 1])) return false;
  }
  const single = end - start === 1 && isHangul(text[start]);
  return !(single && !isWord(before) && isHangul(after) && !isConnectorOrQuote(before));
}

function costOf(meanings: readonly Meaning[]): number {
  return meanings.some(({ is }) => is === 'skill' || is === 'provider') ? 0.9 : 1;
}

function cut(text: string, start: number, end: number, meanings: readonly Meaning[]): Piece {
  return { text: text.slice(start, end), start, end, meanings };
}

function isSpace(letter: string | undefined): boolean {
  return letter === ' ';
}

function isWord(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}\p{M}\ud800-\udfff]/u.test(letter);
}

function isHangul(letter: string | undefined): boolean {
  return letter !== undefined && letter >= '\uac00' && letter <= '\ud7a3';
}

function isLatin(letter: string | undefined): boolean {
  return letter !== undefined && isWord(letter) && !isHangul(letter);
}

function isConnector(letter: string | undefined): boolean {
  return letter !== undefined && "-_./@+'".includes(letter);
}

function isConnectorOrQuote(letter: string | undefined): boolean {
  return letter !== undefined && '"\'`)*]'.includes(letter);
}

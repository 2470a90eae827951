/** The ways to read a file's text: as it stands, without disguise, and what its encoded parts say. */
import { codeSpans } from './code-spans.ts';
import type { Language, Reading } from './rule.ts';

/** The readings of a text; the plain one first, the others only where they say something else. */
export function readingsOf(text: string, language: Language): Reading[] {
  const isCode = codeTest(text, language);
  const place = placer(text);
  const plain: Reading = { kind: 'plain', text, placeOf: place, isCode };
  return [plain, ...folded(plain), ...decoded(plain)];
}

/** Programs are code as a whole, documents only where they show some. */
function codeTest(text: string, language: Language): (index: number) => boolean {
  switch (language) {
    case 'markdown':
      return within(codeSpans(text));
    case 'shell':
    case 'powershell':
    case 'python':
    case 'javascript':
      return () => true;
    default:
      return () => false;
  }
}

/** `spans` are in order and do not overlap. */
function within(spans: readonly (readonly [number, number])[]): (index: number) => boolean {
  return (index) => {
    const found = lastAtOrBefore(spans.length, (at) => (spans[at]?.[0] ?? 0) <= index);
    return found >= 0 && index < (spans[found]?.[1] ?? 0);
  };
}

function placer(text: string): Reading['placeOf'] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (index) => {
    const line = lastAtOrBefore(starts.length, (at) => (starts[at] ?? 0) <= index);
    return { line: line + 1, column: index - (starts[line] ?? 0) + 1 };
  };
}

/** The last of `count` places that passes; those that pass come first. -1 when none does. */
function lastAtOrBefore(count: number, passes: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Drawn as nothing, or as another letter: look-alikes, tags, joiners, bidirectional controls, soft hyphens. */
const DISGUISE =
  /\p{Default_Ignorable_Code_Point}|[\uFF01-\uFF5E\u2100-\u214F\u2460-\u24FF\u{1D400}-\u{1D7FF}]/u;

/** NFKC without what is drawn as nothing. Unchanged text needs no second reading. */
function folded(plain: Reading): Reading[] {
  if (!DISGUISE.test(plain.text)) return [];
  const pieces: string[] = [];
  const origins: number[] = [];
  let at = 0;
  for (const character of plain.text) {
    const shown = isTag(character)
      ? untagged(character)
      : isInvisible(character)
        ? ''
        : character.normalize('NFKC');
    for (let unit = 0; unit < shown.length; unit += 1) origins.push(at);
    pieces.push(shown);
    at += character.length;
  }
  const text = pieces.join('');
  return text === plain.text
    ? []
    : [mapped('folded', text, plain, (index) => origins[index] ?? plain.text.length)];
}

function isInvisible(character: string): boolean {
  return /^\p{Default_Ignorable_Code_Point}$/u.test(character);
}

/** Tag characters repeat ASCII out of sight: what they say is read. */
function isTag(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return point >= 0xe0020 && point <= 0xe007e;
}

function untagged(character: string): string {
  return String.fromCodePoint((character.codePointAt(0) ?? 0) - 0xe0000);
}

/** Long enough to say something; what is shorter decodes to noise. */
const ENCODED =
  /(?<![A-Za-z\d+/=_-])(?:[A-Za-z\d+/]{24,200000}={0,2}|[A-Za-z\d_-]{24,200000}={0,2})(?![A-Za-z\d+/=_-])|(?:\\x[\da-fA-F]{2}){8,50000}/g;
const MOST_BLOBS = 200;
const MOST_DECODED = 500_000;

/** One layer of base64 or hexadecimal; only what turns out to be text. */
function decoded(plain: Reading): Reading[] {
  const pieces: { text: string; origin: number }[] = [];
  let length = 0;
  for (const { index, 0: blob } of plain.text.matchAll(ENCODED)) {
    const text = readable(blob);
    if (text === null) continue;
    pieces.push({ text: `${text}\n`, origin: index });
    length += text.length + 1;
    if (pieces.length >= MOST_BLOBS || length > MOST_DECODED) break;
  }
  if (pieces.length === 0) return [];
  const starts: number[] = [];
  let start = 0;
  for (const piece of pieces) {
    starts.push(start);
    start += piece.text.length;
  }
  const origin = (index: number): number =>
    pieces[lastAtOrBefore(starts.length, (at) => (starts[at] ?? 0) <= index)]?.origin ?? 0;
  const text = pieces.map((piece) => piece.text).join('');
  // What was hidden in an encoding was not meant to be read: it counts as code wherever it stands.
  return [{ ...mapped('decoded', text, plain, origin), isCode: () => true }];
}

function readable(blob: string): string | null {
  const bytes = bytesOf(blob);
  if (bytes === null || bytes.byteLength < 8) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[^\P{C}\n\r\t]/u.test(text) ? null : text;
  } catch (error) {
    // What a fatal decoder throws for bytes that do not fit.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function bytesOf(blob: string): Uint8Array | null {
  if (blob.startsWith('\\x')) return Buffer.from(blob.replaceAll('\\x', ''), 'hex');
  if (/^(?:[\da-f]{2})+$|^(?:[\dA-F]{2})+$/.test(blob)) return Buffer.from(blob, 'hex');
  return Buffer.from(blob, 'base64');
}

function mapped(
  kind: Reading['kind'],
  text: string,
  plain: Reading,
  originOf: (index: number) => number,
): Reading {
  return {
    kind,
    text,
    placeOf: (index) => plain.placeOf(originOf(index)),
    isCode: (index) => plain.isCode(originOf(index)),
  };
}

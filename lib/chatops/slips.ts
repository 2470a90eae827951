/** How far what was typed is from a name: letters left out, doubled or swapped, in Latin letters and in Hangul. (pure) */
import { disassemble } from 'es-hangul';
import { distance } from 'fastest-levenshtein';
import { hasHangul } from './normalize.ts';

/** Four numbers: 128 classes. */
export const PAIR_WORDS = 4;

/** A name, with what is asked of it for every comparison. */
export interface Spelling {
  /** Lower case, single spaces. */
  readonly spaced: string;
  /** Without them. */
  readonly compact: string;
  readonly digits: string;
  /** A last word so short that it is meaning and no slip: "eu" of "gemini-eu"; empty for none. */
  readonly shortEnd: string;
  /** Which of 32 classes of letters it has. */
  readonly letters: number;
  /** Which classes of pairs of letters it has, 32 a number. */
  readonly pairs: readonly number[];
}

export function spellingOf(spaced: string): Spelling {
  const compact = spaced.replaceAll(' ', '');
  const lastWord = spaced.slice(spaced.lastIndexOf(' ') + 1);
  return {
    spaced,
    compact,
    digits: compact.replace(/\D/gu, ''),
    shortEnd: /^[a-z]{1,2}$/u.test(lastWord) ? lastWord : '',
    letters: lettersOf(compact),
    pairs: pairsOf(compact),
  };
}

/** How many slips turn what was typed into the name, or null when it is more than one or two. */
export function slipsBetween(typed: Spelling, name: Spelling): number | null {
  if (Math.abs(typed.compact.length - name.compact.length) > 2) return null;
  // A digit is meaning, not a slip: "v1" is not "v2".
  if (typed.digits !== name.digits) return null;
  if (name.shortEnd !== '' && !typed.compact.endsWith(name.shortEnd)) return null;
  const isHangul = hasHangul(name.compact) && hasHangul(typed.compact);
  const allowed = name.compact.length <= 2 ? 0 : name.compact.length <= 5 ? 1 : 2;
  // No change of one letter changes more than two classes; a swap changes none.
  if (!isHangul && bitsApart(typed.letters, name.letters) > 2 * allowed) return null;
  const slips = isHangul ? hangulSlips(typed.compact, name.compact) : swapSlips(typed.compact, name.compact);
  return slips <= allowed ? slips : null;
}

/** No Levenshtein distance is less. A change of one letter takes two pairs away and brings two others at most. */
export function leastDistance(one: Spelling, other: Spelling): number {
  const bits = one.pairs.map((pairs, at) => bitsApart(pairs, other.pairs[at] ?? 0));
  return Math.ceil(bits.reduce((sum, some) => sum + some, 0) / 4);
}

function lettersOf(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) letters |= 1 << (text.charCodeAt(at) & 31);
  return letters;
}

function pairsOf(text: string): number[] {
  const pairs = Array.from({ length: PAIR_WORDS }, () => 0);
  for (let at = 0; at + 1 < text.length; at += 1) {
    const mixed = Math.imul(text.charCodeAt(at) * 31 + text.charCodeAt(at + 1), 0x9e3779b1) >>> 25;
    const place = mixed >>> 5;
    pairs[place] = (pairs[place] ?? 0) | (1 << (mixed & 31));
  }
  return pairs;
}

/** How many bits of 32 differ. */
export function bitsApart(one: number, other: number): number {
  const bits = one ^ other;
  const twos = bits - ((bits >>> 1) & 0x55555555);
  const fours = (twos & 0x33333333) + ((twos >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Letters or syllables left out, added or changed, and neighbours that changed places (optimal string alignment). */
function swapSlips(typed: string, name: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: name.length + 1 }, (_, at) => at);
  for (let row = 1; row <= typed.length; row += 1) {
    const current = [row];
    for (let at = 1; at <= name.length; at += 1) {
      const isSame = typed[row - 1] === name[at - 1];
      const isSwap = row > 1 && at > 1 && typed[row - 1] === name[at - 2] && typed[row - 2] === name[at - 1];
      const changed = (last[at - 1] ?? 0) + (isSame ? 0 : 1);
      const least = Math.min(changed, (last[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1);
      current.push(isSwap ? Math.min(least, (beforeLast[at - 2] ?? 0) + 1) : least);
    }
    [beforeLast, last] = [last, current];
  }
  return last[name.length] ?? 0;
}

function hangulSlips(typed: string, name: string): number {
  return Math.min(swapSlips(typed, name), distance(disassemble(typed), disassemble(name)));
}

/** Words that a misspelt one may have meant: which are near each other, and the keys that bring them together. */
import { disassemble } from 'es-hangul';
import { distance } from 'fastest-levenshtein';
import { distinct, hashOf, type SearchableSkill, wordsOf } from './search-columns.ts';

const LONGEST_WORD = 40;
const SHORTEST_WORD = 4;
/** From so many letters on two slips are forgiven; a syllable of Hangul is two or three letters. */
const LONG_WORD = 8;
const LONG_HANGUL = 10;
const MOST_SYLLABLES = 6;

/** The words of a skill that others may mean, particles and endings of Korean taken off in every possible way. */
export function vocabularyOf(skill: SearchableSkill): string[] {
  const texts = wordsOf([skill.name, skill.displayName, skill.description, ...skill.tags].join(' '));
  const words = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}\p{M}]+/u)]);
  return distinct(words.flatMap(withHangulStarts))
    .filter((word) => canBeMisspelt(word) && !/\d{3}/.test(word))
    .sort();
}

export function canBeMisspelt(word: string): boolean {
  return word.length <= LONGEST_WORD && /\p{L}/u.test(word) && lettersOf(word).length >= SHORTEST_WORD;
}

/** Hashes of the word's letters and of what is left without one of them. */
export function deletionsOf(word: string): number[] {
  const letters = lettersOf(word);
  return distinct([letters, ...withoutOne(letters)]).map(hashOf);
}

/** The same of a searched word; of a long one also without two letters. */
export function deletionsOfSearched(word: string): number[] {
  const letters = lettersOf(word);
  const once = withoutOne(letters);
  const twice = slipsForgiven(word, letters) > 1 ? once.flatMap(withoutOne) : [];
  return distinct([letters, ...once, ...twice]).map(hashOf);
}

/** How many letters differ; null for more than are forgiven. Two letters in each other's place are one slip. */
export function slipsBetween(searched: string, word: string): number | null {
  const [left, right] = [lettersOf(searched), lettersOf(word)];
  const slips = areSwapped(left, right) ? 1 : distance(left, right);
  return slips <= slipsForgiven(searched, left) ? slips : null;
}

function slipsForgiven(word: string, letters: string): number {
  const long = /[가-힣]/u.test(word) ? LONG_HANGUL : LONG_WORD;
  return letters.length >= long ? 2 : 1;
}

/** Hangul as its jamo: one wrong key is one wrong letter there, not a wrong syllable. */
function lettersOf(word: string): string {
  return disassemble(word);
}

function withoutOne(letters: string): string[] {
  return Array.from(letters, (_, index) => letters.slice(0, index) + letters.slice(index + 1));
}

function areSwapped(left: string, right: string): boolean {
  if (left.length !== right.length || left === right) return false;
  let index = 0;
  while (left[index] === right[index]) index += 1;
  const swapped = `${left[index + 1] ?? ''}${left[index]}${left.slice(index + 2)}`;
  return swapped === right.slice(index);
}

function withHangulStarts(word: string): string[] {
  if (!/^[가-힣]{3,}$/u.test(word)) return [word];
  const lengths = Array.from(
    { length: Math.min(word.length - 1, MOST_SYLLABLES) - 1 },
    (_, index) => index + 2,
  );
  return [word, ...lengths.map((length) => word.slice(0, length))];
}

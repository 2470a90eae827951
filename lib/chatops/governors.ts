/** What stands before an English verb says in what mood it is meant: "please", "we", "don't", "should we". */
import type { Sentence } from './clauses.ts';
import type { VerbUse } from './verb-uses.ts';
import type { Mark } from './lexicon.ts';
import { hasHangul } from './normalize.ts';
import type { RefusalReason } from './refusals.ts';
import { has, type Word } from './words.ts';

/** What each of them makes of an order; null lets it stand. */
export const GOVERNORS: Readonly<Partial<Record<Mark, RefusalReason | null>>> = {
  request: null,
  want: null,
  negation: 'not_a_command',
  permission: 'not_a_command',
  report: 'not_a_command',
  reported: 'not_a_command',
  question: 'not_a_command',
  state: 'not_understood',
};
const TOLD: ReadonlySet<VerbUse['mood']> = new Set<VerbUse['mood']>([
  'participle',
  'report',
  'past',
  'state',
  'gerund',
]);

/** The nearest such word before a verb, in its clause. */
export function governorOf(words: readonly Word[], at: number): Mark | null {
  for (let before = at - 1; before >= 0; before -= 1) {
    const word = words[before];
    if (word === undefined || (word.other === 'punctuation' && word.text === ',')) return null;
    const governor = governing(word);
    if (governor !== null) return governor;
  }
  return null;
}

function governing(word: Word): Mark | null {
  if (word.marks.has('request') || word.marks.has('want')) return 'request';
  for (const mark of word.marks) if (GOVERNORS[mark] !== undefined) return mark;
  return null;
}

/** "Plan to install": nobody was asked to. */
export function isInfinitive(words: readonly Word[], at: number): boolean {
  return words[at - 1]?.text === 'to';
}

export function isPlease(word: Word): boolean {
  return has(word, ['request', 'want']) && /^(?:please|pls|plz|kindly|부디)/u.test(word.text);
}

/** "Docx should be removed", "I'd be glad if you removed docx", "could docx be removed?" ask for what they tell. */
export function isWished(words: readonly Word[]): boolean {
  if (words.some((word) => has(word, ['want', 'wishPast']) || isPlease(word))) return true;
  const modal = words.findIndex(({ text }) => /^(?:could|can|would|may)$/u.test(text));
  return modal >= 0 && words.slice(modal).some(({ text }) => text === 'be');
}

/** Whether a verb is only told about: "I installed", "the upgrade of", "we install it every week". */
export function isTold({ words }: Sentence, { verb, mood, isBare, at }: VerbUse): boolean {
  if (isBare) return !isWished(words);
  if (TOLD.has(mood)) return !isWished(words) && !words.some((word) => has(word, ['requestGerund']));
  if (mood !== 'base' || hasHangul(words[at]?.text ?? '')) return false;
  const governor = governorOf(words, at);
  if (governor === null) return isInfinitive(words, at) && !words.some(isPlease);
  if (governor === 'state') return verb !== 'retry' && verb !== 'cancel';
  return governor === 'report' || governor === 'question';
}

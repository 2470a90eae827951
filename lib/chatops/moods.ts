/** Hears from one sentence whether it orders, asks, tells, forbids or only wonders, and objects to all but the order. */
import { isCondition, type Sentence, type VerbUse } from './clauses.ts';
import type { Mark, Verb } from './lexicon.ts';
import { type Objection, objection, type RefusalReason } from './refusals.ts';

const MOOD_OBJECTIONS: Readonly<Partial<Record<VerbUse['mood'], RefusalReason>>> = {
  negation: 'not_a_command',
  opinion: 'not_a_command',
  hypothetical: 'not_a_command',
  howto: 'not_understood',
  question: 'not_understood',
  state: 'not_understood',
};

const MARK_OBJECTIONS: readonly (readonly [Mark, RefusalReason])[] = [
  ['opinion', 'not_a_command'],
  ['hypothetical', 'not_a_command'],
  ['report', 'not_a_command'],
  ['negation', 'not_a_command'],
  ['reported', 'not_a_command'],
  ['schedule', 'unsupported_action'],
  ['howto', 'not_understood'],
  ['question', 'not_understood'],
  ['state', 'not_understood'],
  ['again', 'not_understood'],
  ['previous', 'not_understood'],
];

/** "Cancel the failed install", "roll it back to the previous one": words that belong to what is ordered there. */
const BELONGING: Readonly<Partial<Record<Verb, readonly Mark[]>>> = {
  cancel: ['state', 'again', 'previous'],
  retry: ['state', 'again', 'previous'],
  rollback: ['again', 'previous'],
  lower: ['again', 'previous'],
};

/** `main` is what the whole message orders. */
export function sentenceObjections(sentence: Sentence, main: Verb | null): Objection[] {
  const found: Objection[] = [];
  const heard = (mark: Mark): boolean => sentence.words.some(({ marks }) => marks.has(mark));
  if (sentence.words.some(isCondition)) found.push(objection('unsupported_action'));
  if (heard('schedule')) found.push(objection('unsupported_action'));
  if (sentence.verbs.length === 0 && !heard('want')) return found;
  const isControl = main === 'cancel' || main === 'retry';
  const verbs = sentence.verbs.filter(({ verb, mood }) => !isControl || verb === main || !isObject(mood));
  for (const { mood } of verbs) {
    const reason = MOOD_OBJECTIONS[mood];
    if (reason !== undefined) found.push(objection(reason));
  }
  const asks = isStatusQuestion(sentence);
  if (sentence.verbs.length === 0 && sentence.isQuestion && !asks && !isPoliteWant(sentence))
    found.push(objection('not_a_command'));
  for (const [mark, reason] of MARK_OBJECTIONS) {
    if (main !== null && BELONGING[main]?.includes(mark) === true) continue;
    if (mark === 'question' && !asks && !sentence.isQuestion && opensWithWant(sentence)) continue;
    if (heard(mark) && !(asks && reason === 'not_a_command')) found.push(objection(reason));
  }
  return [...found, ...englishMoods({ ...sentence, verbs }, asks)];
}

/** What is cancelled or tried again: "the install", "installing", "하던 설치". */
function isObject(mood: VerbUse['mood']): boolean {
  return mood === 'report' || mood === 'gerund' || mood === 'participle' || mood === 'state';
}

/** "Make sure docx is installed": this "is" asks nothing. */
function opensWithWant({ words }: Sentence): boolean {
  return words.find(({ marks }) => !marks.has('filler') && !marks.has('request'))?.marks.has('want') ?? false;
}

/** "Can I have docx on Claude?" asks for it; "we need docx on Claude?" asks whether. */
function isPoliteWant({ words }: Sentence): boolean {
  return words.some(({ text, marks }) => marks.has('want') && /^(?:can|could) /u.test(text));
}

function isStatusQuestion({ words, verbs, isQuestion }: Sentence): boolean {
  if (words.find(({ marks }) => !marks.has('filler'))?.marks.has('question')) return true;
  return isQuestion && verbs.some(({ mood }) => mood === 'past' || mood === 'state' || mood === 'question');
}

/** A base form is an order by itself; "installing" and "installed" are only after words that ask for them. */
function englishMoods({ words, verbs, isQuestion }: Sentence, asks: boolean): Objection[] {
  const heard = (mark: Mark): boolean => words.some(({ marks }) => marks.has(mark));
  const found: Objection[] = [];
  for (const { verb, mood, isBare } of verbs) {
    if (mood === 'past') found.push(objection(asks ? 'not_understood' : 'not_a_command'));
    const asked =
      heard('want') || verbs.some((other) => other.verb === verb && other.mood === 'base' && !other.isBare);
    if (mood === 'participle' && !asked) found.push(objection(asks ? 'not_understood' : 'not_a_command'));
    if (mood === 'gerund' && !heard('requestGerund')) found.push(objection('not_understood'));
    if (mood === 'report') found.push(objection(isBare || asks ? 'not_understood' : 'not_a_command'));
    if (mood === 'base' && isQuestion && !asks && !heard('request')) found.push(objection('not_a_command'));
  }
  return found;
}

/** Hears from one sentence whether it orders, asks, tells, forbids or only wonders, and objects to all but the order. */
import type { Sentence } from './clauses.ts';
import { isCondition } from './talk.ts';
import { endsInOrder, type VerbUse } from './verb-uses.ts';
import { GOVERNORS, governorOf, isInfinitive, isPlease, isTold, isWished } from './governors.ts';
import type { Mark, Verb } from './lexicon.ts';
import { hasHangul, isKoreanPredicate } from './normalize.ts';
import { type Objection, objection, type RefusalReason } from './refusals.ts';
import { has, type Word } from './words.ts';

const MOOD_OBJECTIONS: Readonly<Partial<Record<VerbUse['mood'], RefusalReason>>> = {
  negation: 'not_a_command',
  opinion: 'not_a_command',
  hypothetical: 'not_a_command',
  howto: 'not_understood',
  question: 'not_understood',
  state: 'not_understood',
};

/** Words that take a whole sentence with them, wherever they stand in it. */
const MARK_OBJECTIONS: readonly (readonly [Mark, RefusalReason])[] = [
  ['opinion', 'not_a_command'],
  ['hypothetical', 'not_a_command'],
  ['reported', 'not_a_command'],
  ['schedule', 'unsupported_action'],
  ['howto', 'not_understood'],
  ['again', 'not_understood'],
  ['previous', 'not_understood'],
];

/** A Korean one stands behind what it is said of, or by itself; an English one governs the verb after it. */
const KOREAN_MARK_OBJECTIONS: readonly (readonly [Mark, RefusalReason])[] = [
  ['report', 'not_a_command'],
  ['negation', 'not_a_command'],
  ['question', 'not_understood'],
  ['state', 'not_understood'],
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
  const found = timeObjections(sentence);
  const heard = (mark: Mark): boolean =>
    sentence.words.some(({ marks }, at) => marks.has(mark) && !isRefName(sentence.words, at));
  if (sentence.verbs.length === 0 && !heard('want')) return found;
  const isOrdered = sentence.verbs.some((use) => use.verb === main && !isTold(sentence, use));
  const verbs = sentence.verbs.filter((use) => !isOrdered || use.verb === main || !isObject(use));
  for (const { mood } of verbs) {
    const reason = MOOD_OBJECTIONS[mood];
    if (reason !== undefined) found.push(objection(reason));
  }
  if (sentence.verbs.length === 0) found.push(...wishObjections(sentence));
  const belonging = (main === null ? undefined : BELONGING[main]) ?? [];
  for (const [mark, reason] of MARK_OBJECTIONS)
    if (heard(mark) && !(mark === 'reported' && isOfThing(sentence.words)) && !belonging.includes(mark))
      found.push(objection(reason));
  for (const [mark, reason] of KOREAN_MARK_OBJECTIONS) {
    const isHeard = sentence.words.some(({ marks, text }) => marks.has(mark) && hasHangul(text));
    const isTime = mark === 'report' && endsInOrder(sentence.words, sentence.verbs);
    if (isHeard && !isTime && !belonging.includes(mark)) found.push(objection(reason));
  }
  if (endsInOtherPredicate(sentence)) found.push(objection('not_a_command'));
  return [...found, ...englishMoods(sentence, verbs)];
}

/** "설치 원하지 않아요", "설치해 볼까?": the last word says something else of the deed before it, and nothing asks for that outright. */
function endsInOtherPredicate({ words }: Sentence): boolean {
  const last = words.findLast(({ other }) => other !== 'punctuation');
  if (last?.other !== 'unknown' || !hasHangul(last.text)) return false;
  const isPredicate = isKoreanPredicate(last.text) || /[까냐니]$/u.test(last.text);
  return isPredicate && !words.some(asksOutright);
}

const OUTRIGHT =
  /(?:줘|줄|주|달라|다오|세요|셔|십시오|시오|자$|라$|부탁|요청|바라|바랍|바람|요망|ㄱ|삼|셈|래|길|싶|으면|좋겠)/u;

function asksOutright({ light, verb, text }: Word): boolean {
  return (light === 'command' || verb?.mood === 'command') && OUTRIGHT.test(text);
}

/** "A skill that writes poems": what it does is told, and nobody is quoted. */
function isOfThing(words: readonly Word[]): boolean {
  return words.every((word, at) => {
    return !has(word, ['reported']) || /^(?:that|which|who|to)$/u.test(words[at - 1]?.text ?? '');
  });
}

/** "Stop the installation of docx", "설치하던 거 취소": a verb may be what another one acts on. */
export function isObject({ mood, isBare }: VerbUse): boolean {
  return isBare || mood === 'gerund' || mood === 'participle' || mood === 'report' || mood === 'state';
}

/** What is to be done later, or only if, is not for now. */
export function timeObjections({ words }: Sentence): Objection[] {
  const isLater = words.some(
    (word, at) => isCondition(word) || (has(word, ['schedule']) && !isRefName(words, at)),
  );
  return isLater ? [objection('unsupported_action')] : [];
}

/** "Branch nightly", "the nightly tag": the name of a ref, and no time. */
function isRefName(words: readonly Word[], at: number): boolean {
  const nouns: readonly Mark[] = ['branchNoun', 'tagNoun'];
  return has(words[at - 1], nouns) || has(words[at + 1], nouns);
}

/** "Can I have docx on Claude?" asks for it; "we need docx on Claude?" asks whether, "I don't need it" does not. */
function wishObjections({ words, isQuestion }: Sentence): Objection[] {
  const wish = words.findIndex(({ marks }) => marks.has('want'));
  const before = words.slice(0, wish);
  if (before.some((word) => has(word, ['negation']))) return [objection('not_a_command')];
  const isPolite = words.some(
    (word) => isPlease(word) || (has(word, ['want']) && /^(?:can|could) /u.test(word.text)),
  );
  return isQuestion && !isPolite ? [objection('not_a_command')] : [];
}

/** A base form is an order by itself; "installing" and "installed" are only after words that ask for them. */
function englishMoods(sentence: Sentence, verbs: readonly VerbUse[]): Objection[] {
  const { words, isQuestion } = sentence;
  const heard = (mark: Mark): boolean => words.some(({ marks }) => marks.has(mark));
  const isAsked = isWished(words) && !heard('reported');
  const found: Objection[] = [];
  for (const { verb, mood, isBare, at } of verbs) {
    const isRepeated = verbs.some((other) => other.verb === verb && other.mood === 'base' && !other.isBare);
    if (mood === 'gerund' && governorOf(words, at) === 'negation') found.push(objection('not_a_command'));
    if (mood === 'past') found.push(objection('not_a_command'));
    if (mood === 'participle' && !isAsked && !isRepeated) found.push(objection('not_a_command'));
    if (mood === 'gerund' && !heard('requestGerund') && !isRepeated)
      found.push(objection(isToldOf(words, at) ? 'not_a_command' : 'not_understood'));
    if (mood === 'report' && !isAsked) found.push(objection(isBare ? 'not_understood' : 'not_a_command'));
    if (mood === 'base' && !isBare && !hasHangul(words[at]?.text ?? ''))
      found.push(...governed(words, at, isQuestion, verb));
  }
  return found;
}

/** "I was installing", "our admin is upgrading", "I just finished removing". */
function isToldOf(words: readonly Word[], at: number): boolean {
  const governor = governorOf(words, at);
  const isBeing = words.findIndex(({ text }) => /^(?:is|are|was|were|am|be|been)$/u.test(text));
  return governor === 'report' || governor === 'state' || (isBeing > 0 && isBeing < at);
}

function governed(words: readonly Word[], at: number, isQuestion: boolean, verb: Verb): Objection[] {
  const governor = governorOf(words, at);
  const isPolite = words.some(isPlease);
  if (governor === null) {
    const isRequested = words.some((word) => has(word, ['request']));
    if (isQuestion && !isRequested) return [objection('not_a_command')];
    return isInfinitive(words, at) && !isPolite ? [objection('not_understood')] : [];
  }
  const reason = GOVERNORS[governor] ?? null;
  if (reason === null || (governor === 'permission' && isPolite)) return [];
  // "Failed job retry".
  if (governor === 'state' && (verb === 'retry' || verb === 'cancel')) return [];
  return [objection(reason)];
}

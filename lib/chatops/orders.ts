/** Finds the one thing a message asks to have done, and the words that say to what. */
import type { Sentence } from './clauses.ts';
import { isCondition } from './talk.ts';
import { endsInOrder, type VerbUse } from './verb-uses.ts';
import { hasHangul, isKoreanPredicate } from './normalize.ts';
import { isTold } from './governors.ts';
import type { Mark, Verb } from './lexicon.ts';
import { isObject } from './moods.ts';
import { type Objection, objection } from './refusals.ts';
import { has, type Word } from './words.ts';

export interface Order {
  readonly verb: Verb;
  /** Those that order something; the others complete them, or only tell. */
  readonly sentences: readonly Sentence[];
  readonly words: readonly Word[];
}

/** Puts the sentences together that say what to do; the rest only tells something. */
export function readOrder(sentences: readonly Sentence[], objections: Objection[]): Order | null {
  const candidates = sentences.filter((sentence) => sentence.verbs.length > 0 || wants(sentence));
  const isOrdered = candidates.some(({ words, verbs }) => endsInOrder(words, verbs));
  const isDeedOrdered = candidates.some((one) =>
    one.verbs.some((use) => use.mood === 'base' && !isTold(one, use)),
  );
  const isSomethingOrdered = candidates.some((one) => one.hasNames && !isProse(one));
  const ordering = candidates.filter(
    (one) =>
      !(isSomethingOrdered && isProse(one)) &&
      (one.verbs.length === 0
        ? !(isDeedOrdered && isTheirWish(one))
        : one.verbs.some((use) => !isTold(one, use))) &&
      !(isOrdered && isKoreanTalk(one)),
  );
  const orders = ordering.length > 0 ? ordering : candidates;
  const [first] = orders;
  if (first === undefined) {
    const isOurs = sentences.some((one) => concernsUs(one) && !states(one));
    const isAsked = sentences.some((one) => concernsUs(one) && requestsUnknown(one));
    objections.push(objection(isAsked ? 'unsupported_action' : isOurs ? 'not_understood' : 'not_a_command'));
    return null;
  }
  const verbs = orders.flatMap(verbsOf);
  objections.push(...strayObjections(sentences, orders));
  const distinct = new Set(verbs.map(({ verb }) => verb));
  const chosen = chooseVerb(verbs, distinct, orders);
  const isOfSecret = orders.some(({ words }) => words.some((word) => has(word, ['secret'])));
  const verb = chosen === 'replace' && isOfSecret ? 'rotate' : chosen;
  const isConditional = orders.some(({ words }) => words.some(isCondition));
  if ((verb === 'replace' || verb === null) && !isConditional) objections.push(objection('multiple_actions'));
  if (verb === 'unsupported' || verb === 'rotate') objections.push(objection('unsupported_action'));
  const fragments = sentences.filter((sentence) => !orders.includes(sentence) && isFragment(sentence));
  const words = sentences
    .filter((one) => orders.includes(one) || fragments.includes(one))
    .flatMap((one) => one.words);
  return { verb: verb ?? 'install', words, sentences: orders };
}

/** "Support wants docx. Install it on Claude": told of others beside the order. */
function isTheirWish({ words }: Sentence): boolean {
  return words.some((word) => has(word, ['reported']));
}

/** "pdf-tools로 이 파일 요약해줘": a deed is asked for that is none of ours. */
function requestsUnknown({ words }: Sentence): boolean {
  return words.some((word, at) => {
    const beside = words[at - 1];
    if (word.light === 'command' && /^(?:해|하)/u.test(word.text))
      return beside?.other === 'unknown' || (beside?.names.length ?? 0) > 0;
    // "Please translate this".
    return word.other === 'unknown' && has(beside, ['request']) && /^[a-z]+$/u.test(word.text);
  });
}

/** "이번에 승인 났습니다": nouns of deeds in a sentence whose predicate is another. */
function isKoreanTalk({ words, verbs }: Sentence): boolean {
  const last = words.findLast(({ other, text }) => other !== 'punctuation' && text !== '요');
  const isPredicate = last?.other === 'unknown' && isKoreanPredicate(last.text);
  const isSince = words.some(
    ({ light, text }) => light === 'hypothetical' && /^(?:이?후|뒤|다음|전)/u.test(text),
  );
  return (
    isPredicate &&
    verbs.every(({ mood }) => mood === 'base' || TOLD.has(mood) || (isSince && mood === 'hypothetical'))
  );
}

/** "I write on behalf of the payments group": nothing of ours is named, and it does not open like an order. */
function isProse({ words, hasNames }: Sentence): boolean {
  if (hasNames || words.filter(({ other }) => other === 'unknown').length < 2) return false;
  if (words.some((word) => has(word, [...OUR_NOUNS, 'secret', 'everywhere']))) return false;
  const asks = words.findIndex((word) => has(word, ['request', 'want', 'allSkills']));
  // "Our canteen would like to publish its menu": somebody else's wish.
  const isTheirs = words.slice(0, Math.max(asks, 0)).some(({ other }) => other === 'unknown');
  if (asks >= 0 && !(isTheirs && /^(?:would|wants?|hopes?|likes?|needs?)/u.test(words[asks]?.text ?? '')))
    return false;
  const first = words.find((word) => word.other !== 'punctuation' && !has(word, ['filler', 'and', 'thanks']));
  return (
    first?.verb?.mood !== 'base' &&
    !words.some(({ light, verb }) => isOrdered(light) || isOrdered(verb?.mood))
  );
}

function isOrdered(mood: VerbUse['mood'] | null | undefined): boolean {
  return mood === 'command' || mood === 'connective';
}

const TOLD: ReadonlySet<VerbUse['mood']> = new Set<VerbUse['mood']>([
  'report',
  'past',
  'participle',
  'state',
]);

/** Sentences beside the order may tell something before it, but not take it back or add to it in ways not understood. */
function strayObjections(sentences: readonly Sentence[], orders: readonly Sentence[]): Objection[] {
  const firstOrder = sentences.findIndex((sentence) => orders.includes(sentence));
  return sentences.flatMap((sentence, at) => {
    if (orders.includes(sentence) || (at < firstOrder && sentence.hasUnknown)) return [];
    if (sentence.verbs.length > 0) return [];
    const heard = (marks: readonly Mark[]): boolean =>
      sentence.words.some((word) => marks.some((mark) => word.marks.has(mark)));
    const isShort = !sentence.hasUnknown && !sentence.hasNames;
    if (heard(['retraction', 'opinion', 'hypothetical'])) return [objection('not_a_command')];
    if (isShort && heard(['negation', 'reported'])) return [objection('not_a_command')];
    if (at < firstOrder || isFragment(sentence) || (tells(sentence) && !isAfterthought(sentence))) return [];
    const adds = sentence.hasNames || heard(ADDING);
    return adds ? [objection('not_understood')] : [];
  });
}

/** "애저 쪽이요": a few words with a name in them, which may change what was asked. */
export function isAfterthought({ words, hasNames }: Sentence): boolean {
  const spoken = words.filter((word) => word.other !== 'punctuation' && !has(word, ['filler', 'article']));
  return hasNames && spoken.length <= 2 && hasHangul(spoken.at(-1)?.text ?? '');
}

/** "It was a mistake to put it there", "Nobody reads it": about the past or about others. */
export function tells({ words, hasUnknown }: Sentence): boolean {
  const first = words.find((word) => !has(word, ['filler', 'and', 'article']));
  return (
    has(first, ['report', 'pronoun', 'negation']) ||
    (hasUnknown && !has(first, ['and', 'or', 'exceptNext', 'only']))
  );
}

const ADDING: readonly Mark[] = [
  'and',
  'or',
  'exceptNext',
  'exceptPrevious',
  'correction',
  'only',
  'to',
  'from',
  'all',
  'everywhere',
  'allSkills',
  'pronoun',
  'place',
  'question',
  'state',
  'again',
];

/** "Docx is really great", "docx 진짜 좋네요": a sentence with a predicate that is none of ours only says something. */
function states({ words, isQuestion }: Sentence): boolean {
  if (words.some((word) => has(word, ['opinion', 'hypothetical']))) return true;
  if (words.some((word) => has(word, ['exceptNext']) && /^(?:don't|do not|never)/u.test(word.text)))
    return true;
  if (isQuestion || words.some((word) => has(word, ['want', 'request']))) return false;
  const last = words.findLast(({ other }) => other !== 'punctuation');
  if (
    last !== undefined &&
    last.names.length === 0 &&
    (isKoreanPredicate(last.text) || PRAISE.test(last.text))
  )
    return true;
  if (words.some((word) => has(word, ['thanks', 'negation']))) return true;
  return (
    words.some(({ text }) => COPULA.test(text)) &&
    !hasHangul(words.find(({ names }) => names.length === 0)?.text ?? '')
  );
}

/** "docx 정말 좋다", "docx 최고". */
const PRAISE =
  /^(?:좋다|좋음|좋군|좋구나|최고|최고다|최고야|짱|짱이다|짱이야|대박|대박이다|굿|편하다|편함|괜찮다|괜찮음|쓸만하다|쓸만함|훌륭하다|별로다|별로야|별로임|구리다|구림|싫다|싫음|나쁘다|이상하다|이상함|귀찮다|불편하다|느리다|빠르다)$/u;

const COPULA =
  /^(?:is|are|was|were|it's|it is|it was|this is|that's|has|have|had|looks|seems|feels|sounds|keeps)$/u;

/** Whether it is about skills, connections or runs at all; "what a day" is not. */
function concernsUs({ hasNames, words }: Sentence): boolean {
  return hasNames || words.some(({ marks }) => OUR_NOUNS.some((mark) => marks.has(mark)));
}

const OUR_NOUNS: readonly Mark[] = ['skillNoun', 'skillNouns', 'providerNoun', 'providerNouns', 'runNoun'];

function wants({ words }: Sentence): boolean {
  return words.some(({ marks }) => marks.has('want'));
}

function verbsOf(sentence: Sentence): readonly VerbUse[] {
  if (sentence.verbs.length > 0) return sentence.verbs;
  return [{ verb: 'install', mood: 'command', isBare: false, at: 0 }];
}

/** The one thing to be done, or null when there are two. A deed named as a noun belongs to the verb beside it. */
function chooseVerb(
  verbs: readonly VerbUse[],
  distinct: ReadonlySet<Verb>,
  orders: readonly Sentence[],
): Verb | null {
  const [only] = distinct;
  if (distinct.size === 1 && only !== undefined) return only;
  if (distinct.has('replace')) return 'replace';
  const main = new Set(verbs.filter((use) => !isObject(use)).map(({ verb }) => verb));
  const joined = orders.length > 1 || orders.some(joinsVerbs);
  main.delete('help');
  const [control] = (['cancel', 'retry'] as const).filter((verb) => distinct.has(verb));
  if (main.size > 1 && (joined || control === undefined)) return null;
  const [lone] = main;
  return control ?? lone ?? null;
}

/** "install A and remove B", "설치하고 지워줘": two verbs with a joining word between them. */
function joinsVerbs({ words, verbs }: Sentence): boolean {
  if (verbs.some(({ mood }) => mood === 'connective')) return true;
  const [first] = verbs;
  const last = verbs.at(-1);
  if (first === undefined || last === undefined) return false;
  return words.slice(first.at, last.at).some(({ marks, text }) => marks.has('and') || text === ',');
}

const TELLING_MARKS: readonly Mark[] = ['question', 'state', 'health', 'report', 'negation'];

/** A sentence of names alone completes the order beside it: "프로바이더 openai-prod". */
function isFragment(sentence: Sentence): boolean {
  const isPlain = sentence.words.every(
    (word) => (word.light === null || word.light === 'command') && !has(word, TELLING_MARKS),
  );
  return sentence.hasNames && !sentence.hasUnknown && isPlain;
}

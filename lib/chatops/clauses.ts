/** Cuts a message into sentences and clauses, and says which of them are orders and which only tell something. */
import { hasHangul } from './normalize.ts';
import {
  complainsOf,
  forbidsDropping,
  isTalk,
  QUIET,
  TELLING_END,
  tellsBeside,
  withoutKoreanTalk,
} from './talk.ts';
import { readVerbs, type VerbUse } from './verb-uses.ts';
import { has, isNamed, isQuotation, type Word } from './words.ts';

export interface Sentence {
  /** The words of its clauses without those that only give background. */
  readonly words: readonly Word[];
  readonly isQuestion: boolean;
  readonly verbs: readonly VerbUse[];
  readonly hasUnknown: boolean;
  readonly hasNames: boolean;
}

const HARD_STOPS = new Set(['.', '!', '?', ';', '\n']);
const SOFT_STOPS = new Set([',', '(', ')', '|']);
const SHORTEST_BACKGROUND = 3;

export function readSentences(words: readonly Word[]): Sentence[] {
  return splitSentences(words).map(({ words, isQuestion }) => {
    const kept = withoutBackground(withoutKoreanTalk(words));
    return {
      words: kept,
      isQuestion,
      verbs: readVerbs(kept),
      hasUnknown: kept.some(({ other }) => other === 'unknown'),
      hasNames: kept.some(
        ({ names, other }) => names.length > 0 || other === 'version' || other === 'commit',
      ),
    };
  });
}

interface RawSentence {
  readonly words: Word[];
  isQuestion: boolean;
}

/** "로컬 랩 연결 요즘 안 되던데 상태 어떤가요?": what is told says what the question is about. */
function saysOfWhat(clause: readonly Word[], next: readonly Word[]): boolean {
  const isNaming = (words: readonly Word[]): boolean => words.some(({ names }) => names.length > 0);
  const asks = next.some(({ verb }) => verb !== null && ['tell', 'status', 'list'].includes(verb.verb));
  return asks && isNaming(clause) && !isNaming(next);
}

function splitSentences(words: readonly Word[]): RawSentence[] {
  const sentences: RawSentence[] = [];
  let current: RawSentence = { words: [], isQuestion: false };
  for (const word of words) {
    if (word.other === 'punctuation' && HARD_STOPS.has(word.text)) {
      if (word.text === '?') current.isQuestion = true;
      if (current.words.length > 0) sentences.push(current);
      else if (word.text === '?') markLastAsQuestion(sentences);
      current = { words: [], isQuestion: false };
    } else current.words.push(word);
  }
  if (current.words.length > 0) sentences.push(current);
  return sentences;
}

function markLastAsQuestion(sentences: readonly RawSentence[]): void {
  const last = sentences.at(-1);
  if (last !== undefined) last.isQuestion = true;
}

/** Drops "because …" to the end of its clause, and clauses beside the order that only tell something. */
function withoutBackground(words: readonly Word[]): Word[] {
  const clauses = splitClauses(words).map(withoutReason);
  const orders = clauses.map(carriesOrder);
  const orderCount = orders.filter(Boolean).length;
  const kept: Word[] = [];
  clauses.forEach((clause, index) => {
    const next = clauses[index + 1];
    if (next !== undefined && isBackground(clause, next) && !saysOfWhat(clause, next)) return;
    const isOrderedElsewhere = orderCount > (orders[index] === true ? 1 : 0);
    if (isOrderedElsewhere && (tellsBeside(clause) || isTalk(clause))) return;
    if (orders.indexOf(true) >= 0 && orders.indexOf(true) < index && complainsOf(clause)) return;
    kept.push(...clause);
  });
  return kept;
}

/** Has a verb in a form that can be an order. */
function carriesOrder(clause: readonly Word[]): boolean {
  return clause.some(
    ({ verb, light, marks }) =>
      verb?.mood === 'base' || verb?.mood === 'command' || light === 'command' || marks.has('want'),
  );
}

/** Clauses keep the comma that ends them, because a list needs it. */
function splitClauses(words: readonly Word[]): Word[][] {
  const clauses: Word[][] = [];
  let current: Word[] = [];
  for (const word of words) {
    current.push(word);
    const tells = word.other === 'unknown' && TELLING_END.test(word.text) && current.length > 1;
    const stops = word.other === 'punctuation' && SOFT_STOPS.has(word.text);
    if (stops || tells || word.marks.has('reasonAfter')) {
      clauses.push(current);
      current = [];
    }
  }
  if (current.length > 0) clauses.push(current);
  return clauses;
}

function withoutReason(clause: readonly Word[]): Word[] {
  const because = clause.findIndex(({ marks }) => marks.has('because'));
  return withoutPurpose(because < 0 ? clause : clause.slice(0, because));
}

const LONGEST_PURPOSE = 4;

/** Drops "for the marketing team", which is no connection. */
function withoutPurpose(clause: readonly Word[]): Word[] {
  for (const [at, word] of clause.entries()) {
    if (word.text !== 'for') continue;
    const phrase = clause.slice(at + 1, at + 1 + LONGEST_PURPOSE);
    const end = phrase.findIndex(({ marks }) => marks.has('purpose'));
    const plain = phrase
      .slice(0, end)
      .every(
        (word) => word.other === 'unknown' || isNamed(word, 'skillWord') || has(word, ['article', 'filler']),
      );
    if (end >= 0 && plain) return withoutPurpose([...clause.slice(0, at), ...clause.slice(at + end + 2)]);
  }
  return [...clause];
}

function isBackground(clause: readonly Word[], next: readonly Word[]): boolean {
  const spoken = clause.filter(({ other }) => other !== 'punctuation');
  if (isKoreanReason(clause, next)) return true;
  if (clause.some(({ verb, light }) => verb !== null || light !== null) || clause.some(forbidsDropping))
    return false;
  if (clause.some((word) => has(word, ['want', 'request']))) return false;
  const last = spoken.at(-1);
  if (last === undefined) return false;
  if (last.marks.has('reasonAfter') || (last.other === 'unknown' && TELLING_END.test(last.text))) return true;
  const unknown = clause.filter((word) => word.other === 'unknown' || has(word, ['state', 'health'])).length;
  const does = spoken.some((word, at) => at > 0 && has(word, ['question']));
  const tells = !(spoken[0]?.marks.has('to') ?? false) && (does || clause.some(isTeller));
  return unknown > 0 && tells && spoken.length >= SHORTEST_BACKGROUND && startsLikeAnOrder(next);
}

/** "배포 후 알림이 누락되어": deeds are only named in a clause whose predicate is another, before the order. */
function isKoreanReason(clause: readonly Word[], next: readonly Word[]): boolean {
  const last = clause.findLast(({ other }) => other !== 'punctuation');
  if (last?.other !== 'unknown' || !TELLING_END.test(last.text) || !hasHangul(last.text)) return false;
  const isPlain = clause.every(({ verb, light, text }) => {
    if (
      light !== null &&
      !(light === 'hypothetical' && /^(?:이?후|뒤)/u.test(text)) &&
      light !== 'participle'
    )
      return false;
    return verb === null || verb.mood === 'base' || verb.mood === 'participle';
  });
  return (
    isPlain &&
    !clause.some(forbidsDropping) &&
    next.some(({ verb, light }) => verb?.mood === 'command' || light === 'command')
  );
}

/** "we", "it", or a name: somebody or something is told about. "In the worst case" tells nothing. */
function isTeller({ marks, names }: Word): boolean {
  return names.length > 0 || marks.has('report') || marks.has('pronoun');
}

function startsLikeAnOrder(words: readonly Word[]): boolean {
  const first = words.find(
    ({ marks, other }) => other !== 'punctuation' && !marks.has('filler') && !marks.has('and'),
  );
  if (first === undefined) return false;
  return has(first, ['request', 'want', 'permission']) || first.verb?.mood === 'base';
}

/** A verb inside quotation marks, with something said about it outside, is somebody's words and not an order. */
export function quotesAnOrder(words: readonly Word[], text: string): boolean {
  if (/^\s*[{[]/u.test(text)) return false;
  const marks = words.flatMap((word, index) => (isQuotation(word) ? [index] : []));
  const said = words.filter(saysSomething).length;
  for (let pair = 0; pair + 1 < marks.length; pair += 2) {
    const from = marks[pair] ?? 0;
    const to = marks[pair + 1] ?? 0;
    const inside = words.slice(from, to + 1);
    const hasVerb = inside.some(({ verb }) => verb !== null);
    if (hasVerb && said > inside.filter(saysSomething).length) return true;
  }
  return false;
}

function saysSomething(word: Word): boolean {
  if (word.other === 'punctuation') return false;
  return !has(word, QUIET);
}

/** Cuts a message into sentences and clauses, and says which of them are orders and which only tell something. */
import type { Mark } from './lexicon.ts';
import { hasHangul } from './normalize.ts';
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
/** Endings with which a Korean clause gives a reason or tells something. */
const TELLING_END =
  /(?:니까|는데|은데|인데|는데요|은데요|인데요|네요|어요|아요|해요|니다|서요|거든요|[아어여해져려워와돼나가라커써꺼빠파러라겨켜쳐]서|되어|하여|길래|더니|으니|했으니|됐으니|므로|느라|던데|던데요|텐데|텐데요|바람에|탓에|고요|구요)$/u;
/** "…하면", "…한 후에"; the nouns that only end alike are few. */
const CONDITION_END = /(?:면|자마자|고서|고나서)$/u;
const NOT_CONDITIONS = /(?:화면|측면|정면|장면|반면|서면|도면|전면|표면|평면|국면|보고서|신고서)$/u;
const SHORTEST_BACKGROUND = 3;

export function readSentences(words: readonly Word[]): Sentence[] {
  return splitSentences(words).map(({ words, isQuestion }) => {
    const kept = withoutBackground(words);
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
    if (next !== undefined && isBackground(clause, next)) return;
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

/** ", I picked the wrong one": somebody is told about, and nothing is asked of us. */
function tellsBeside(clause: readonly Word[]): boolean {
  if (
    clause.some(forbidsDropping) ||
    clause.some(({ verb, light }) => light !== null || verb?.mood === 'command')
  )
    return false;
  const spoken = clause.filter(
    (word) => word.other !== 'punctuation' && !has(word, ['filler', 'and', 'article']),
  );
  const first = spoken[0];
  const tells =
    first !== undefined &&
    (has(first, ['report', 'pronoun']) || (has(first, ['negation']) && spoken.length > 2));
  const isTold = tells || hasHappened(spoken);
  return isTold && !spoken.some((word) => has(word, ['request', 'want', 'opinion', 'permission']));
}

/** "The token has been renewed": what was done to something. */
function hasHappened(clause: readonly Word[]): boolean {
  const verb = clause.findIndex((word) => word.verb !== null);
  const done = clause[verb]?.verb?.mood;
  if (done !== 'participle' && done !== 'past') return false;
  if (/^(?:if|has|have|had|is|are|was|were|did)$/u.test(clause[0]?.text ?? '')) return false;
  return clause.slice(0, verb).some(({ text }) => /^(?:has|have|had|was|were|been|got)$/u.test(text));
}

/** Ends as a Korean clause does that gives a reason or tells something. */
export function isToldByEnding({ other, text }: Word): boolean {
  return other === 'unknown' && TELLING_END.test(text);
}

/** Several words of which none is ours, or a sentence of its own: ", the new release chokes on semicolons". */
function isTalk(clause: readonly Word[]): boolean {
  const spoken = clause.filter((word) => word.other !== 'punctuation');
  if (clause.some(forbidsDropping)) return false;
  const unknown = spoken.filter(({ other }) => other === 'unknown').length;
  const complains = unknown > 0 && hasPredicate(spoken);
  if (unknown < 2 && !complains) return false;
  const quiet: readonly Mark[] = complains ? [...TALKING, ...COMPLAINING] : TALKING;
  return spoken.every((word) => word.other === 'unknown' || word.other === 'number' || has(word, quiet));
}

/** ", 0.7.0 spams the log", ", QA wants to look at it": behind an order, somebody or something and what it does. */
function complainsOf(clause: readonly Word[]): boolean {
  const spoken = clause.filter((word) => word.other !== 'punctuation' && !has(word, ['filler', 'article']));
  const [first, second] = spoken;
  if (first === undefined || second === undefined || spoken.length < 3) return false;
  if (first.text !== "it's" && clause.some(forbidsDropping)) return false;
  if (clause.some(({ verb, light }) => light !== null || (verb !== null && verb.mood !== 'participle')))
    return false;
  // What is left out or added by name is no talk.
  if (
    spoken.slice(1).some(({ names }) => names.length > 0) ||
    /ing$|^(?:without|besides|minus)$/u.test(first.text)
  )
    return false;
  const isSubject =
    first.names.length > 0 || ['version', 'unknown'].includes(first.other ?? '') || has(first, ['report']);
  const isPredicate =
    second.other === 'unknown' || has(second, ['question', 'state', 'report', 'reported', 'health']);
  return isSubject && isPredicate && !hasHangul(first.text) && !/^(?:thanks|thank)/u.test(first.text);
}

const QUIET: readonly Mark[] = ['filler', 'article', 'thanks', 'request'];
const TALKING: readonly Mark[] = [...QUIET, 'to', 'at', 'of', 'report', 'purpose', 'question'];
const COMPLAINING: readonly Mark[] = [
  'place',
  'state',
  'health',
  'versionNoun',
  'skillNoun',
  'runNoun',
  'previous',
  'latest',
  'again',
];

/** "The last update broke": somebody or something first, and what it does behind it. */
function hasPredicate(spoken: readonly Word[]): boolean {
  const opens = has(spoken[0], ['article', 'report', 'pronoun', 'previous', 'versionNoun', 'skillNoun']);
  const does = spoken.findIndex((word) => has(word, ['state', 'question', 'health']));
  return opens && does > 0 && !spoken.some((word) => has(word, ['request', 'want']));
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
  const tells = !(spoken[0]?.marks.has('to') ?? false) && clause.some(isTeller);
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

const NEVER_BACKGROUND: readonly Mark[] = [
  'condition',
  'schedule',
  'hypothetical',
  'correction',
  'exceptNext',
  'reported',
];

function forbidsDropping(word: Word): boolean {
  return NEVER_BACKGROUND.some((mark) => word.marks.has(mark)) || isCondition(word);
}

/** An unknown Korean word that ends like "…하면" sets a condition. */
export function isCondition(word: Word): boolean {
  if (word.marks.has('condition')) return true;
  return word.other === 'unknown' && CONDITION_END.test(word.text) && !NOT_CONDITIONS.test(word.text);
}

function startsLikeAnOrder(words: readonly Word[]): boolean {
  const first = words.find(
    ({ marks, other }) => other !== 'punctuation' && !marks.has('filler') && !marks.has('and'),
  );
  if (first === undefined) return false;
  return first.marks.has('request') || first.marks.has('want') || first.verb?.mood === 'base';
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

/** Cuts a message into sentences and clauses, and says which of them are orders and which only tell something. */
import type { Mark, Mood, Verb } from './lexicon.ts';
import { isQuotation, type Word } from './words.ts';

export interface VerbUse {
  readonly verb: Verb;
  readonly mood: Mood;
  /** The verb stands as a noun of another one: "cancel the install", "설치 취소". */
  readonly isBare: boolean;
  readonly at: number;
}

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
const TELLING_END = /(?:니까|는데|은데|인데|는데요|은데요|인데요|네요|어요|아요|해요|니다|서요|거든요)$/u;
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

/** Drops "because …" to the end of its clause, and clauses before the order that only tell something. */
function withoutBackground(words: readonly Word[]): Word[] {
  const clauses = splitClauses(words).map(withoutReason);
  const kept: Word[] = [];
  clauses.forEach((clause, index) => {
    const next = clauses[index + 1];
    if (next !== undefined && isBackground(clause, next)) return;
    kept.push(...clause);
  });
  return kept;
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
      .every(({ other, marks }) => other === 'unknown' || marks.has('article') || marks.has('filler'));
    if (end >= 0 && plain) return withoutPurpose([...clause.slice(0, at), ...clause.slice(at + end + 2)]);
  }
  return [...clause];
}

function isBackground(clause: readonly Word[], next: readonly Word[]): boolean {
  const spoken = clause.filter(({ other }) => other !== 'punctuation');
  if (clause.some(({ verb, light }) => verb !== null || light !== null) || clause.some(forbidsDropping))
    return false;
  const last = spoken.at(-1);
  if (last === undefined) return false;
  if (last.marks.has('reasonAfter') || (last.other === 'unknown' && TELLING_END.test(last.text))) return true;
  const unknown = clause.filter(({ other }) => other === 'unknown').length;
  const tells = !(spoken[0]?.marks.has('to') ?? false) && clause.some(isTeller);
  return unknown > 0 && tells && spoken.length >= SHORTEST_BACKGROUND && startsLikeAnOrder(next);
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

/** Between a Korean noun and the ending that makes it a verb: "설치를 좀 해줘". */
const TRANSPARENT: readonly Mark[] = ['filler', 'objectAfter', 'topicAfter', 'request', 'article'];

export function readVerbs(words: readonly Word[]): VerbUse[] {
  const verbs: VerbUse[] = [];
  const taken = new Set<number>();
  words.forEach((word, at) => {
    if (word.verb === null) return;
    const ending = word.verb.mood === 'base' ? endingAfter(words, at) : -1;
    if (ending >= 0) taken.add(ending);
    const light = words[ending]?.light ?? null;
    const { verb, mood } = word.verb;
    const isBare = light === null && mood === 'base' && isNounHere(words, at);
    verbs.push({ verb, mood: light ?? (isBare ? 'report' : mood), isBare, at });
  });
  return withAttempts(words, attachLooseEndings(words, verbs, taken));
}

/** "Try the failed ones again", "run it once more": trying is retrying when it is for another time, and else nothing. */
function withAttempts(words: readonly Word[], verbs: readonly VerbUse[]): VerbUse[] {
  const isAgain = words.some(({ marks }) => marks.has('again'));
  return verbs.flatMap((use) => {
    if (use.verb !== 'attempt' && !RUNNING.has(words[use.at]?.text ?? '')) return [use];
    if (isAgain) return [{ ...use, verb: 'retry' as const }];
    return use.verb === 'attempt' ? [] : [use];
  });
}

const RUNNING: ReadonlySet<string> = new Set(['run', 'execute', '실행']);

function endingAfter(words: readonly Word[], at: number): number {
  for (let next = at + 1; next < words.length; next += 1) {
    const word = words[next];
    if (word === undefined) return -1;
    if (word.light !== null) return next;
    if (!TRANSPARENT.some((mark) => word.marks.has(mark))) return -1;
  }
  return -1;
}

/** "the install", "install of", and a Korean noun directly before another verb are names of deeds, not orders. */
function isNounHere(words: readonly Word[], at: number): boolean {
  const before = words[at - 1];
  const after = words[at + 1];
  if (before?.marks.has('article') || after?.marks.has('of')) return true;
  const next = after?.verb ?? null;
  return next !== null && next.mood !== 'gerund' && next.verb !== words[at]?.verb?.verb;
}

/** Endings that do not overrule the order before them: "retry 해줘 failed된 것들". */
const GIVING_WAY: ReadonlySet<Mood> = new Set<Mood>(['command', 'participle']);

/** "install pdf-tools on openai-prod 해줘": an ending apart from its verb belongs to the last verb without one. */
function attachLooseEndings(
  words: readonly Word[],
  verbs: readonly VerbUse[],
  taken: ReadonlySet<number>,
): VerbUse[] {
  const result = [...verbs];
  words.forEach(({ light, marks }, at) => {
    if (light === null || taken.has(at) || marks.size > 0) return;
    // "설치해줘 하면 어때": an ending that is no order overrules the one before it.
    const index = result.findLastIndex(
      (use) => use.at < at && (use.mood === 'base' || !GIVING_WAY.has(light)),
    );
    const use = result[index];
    if (use !== undefined) result[index] = { ...use, mood: light };
  });
  return result;
}

/** A verb inside quotation marks, with something said about it outside, is somebody's words and not an order. */
export function quotesAnOrder(words: readonly Word[], text: string): boolean {
  if (/^\s*[{[]/u.test(text)) return false;
  if (/^\s*>.*\S/mu.test(text)) return words.some(({ verb }) => verb !== null);
  const marks = words.flatMap((word, index) => (isQuotation(word) ? [index] : []));
  for (let pair = 0; pair + 1 < marks.length; pair += 2) {
    const from = marks[pair] ?? 0;
    const to = marks[pair + 1] ?? 0;
    const hasVerb = words.slice(from, to).some(({ verb }) => verb !== null);
    const outside = [...words.slice(0, from), ...words.slice(to + 1)];
    if (hasVerb && outside.some(saysSomething)) return true;
  }
  return false;
}

function saysSomething(word: Word): boolean {
  if (word.other === 'punctuation') return false;
  const quiet: readonly Mark[] = ['filler', 'thanks', 'article', 'request'];
  return !quiet.some((mark) => word.marks.has(mark));
}

/** Tells what is only said beside an order: what somebody did, what somebody wants, what does not work. */
import type { Mark } from './lexicon.ts';
import { hasHangul, isKoreanPredicate } from './normalize.ts';
import { has, type Word } from './words.ts';

/** Endings with which a Korean clause gives a reason or tells something. */
export const TELLING_END =
  /(?:니까|는데|은데|인데|는데요|은데요|인데요|네요|어요|아요|해요|져요|겨요|려요|워요|와요|돼요|니다|서요|거든요|[아어여해져려워와돼나가라커써꺼빠파러라겨켜쳐]서|되어|하여|길래|더니|으니|했으니|됐으니|므로|느라|던데|던데요|텐데|텐데요|바람에|탓에|고요|구요)$/u;
/** "…하면", "…한 후에"; the nouns that only end alike are few. */
const CONDITION_END = /(?:면|자마자|고서|고나서)$/u;
const NOT_CONDITIONS = /(?:화면|측면|정면|장면|반면|서면|도면|전면|표면|평면|국면|보고서|신고서)$/u;
/** "넣어 주세요 팀 전체가 쓸 거예요": behind an outright order in the same breath, what only tells something. */
export function withoutKoreanTalk(words: readonly Word[]): readonly Word[] {
  const order = words.findLastIndex(
    ({ light, verb, text }) => (light === 'command' || verb?.mood === 'command') && OUTRIGHT.test(text),
  );
  const rest = words.slice(order + 1);
  const last = rest.findLast(({ other }) => other !== 'punctuation');
  const tells =
    last?.other === 'unknown' && (isKoreanPredicate(last.text) || /[가-힣](?:요|다|음|함)$/u.test(last.text));
  const isTalk = rest.every(
    (word) =>
      word.names.length === 0 &&
      word.verb === null &&
      word.light === null &&
      !forbidsDropping(word) &&
      !has(word, ['exceptPrevious', 'only']),
  );
  return order >= 0 && tells && isTalk ? words.slice(0, order + 1) : words;
}

const OUTRIGHT = /(?:줘|주세|주십|주시|줄래|부탁|바랍|요망|세요|십시오)/u;

/** ", I picked the wrong one": somebody is told about, and nothing is asked of us. */
export function tellsBeside(clause: readonly Word[]): boolean {
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
export function isTalk(clause: readonly Word[]): boolean {
  const spoken = clause.filter((word) => word.other !== 'punctuation');
  if (clause.some(forbidsDropping)) return false;
  const unknown = spoken.filter(({ other }) => other === 'unknown').length;
  const complains = unknown > 0 && hasPredicate(spoken);
  if (unknown < 2 && !complains) return false;
  const quiet: readonly Mark[] = complains ? [...TALKING, ...COMPLAINING] : TALKING;
  return spoken.every((word) => word.other === 'unknown' || word.other === 'number' || has(word, quiet));
}

/** ", 0.7.0 spams the log", ", QA wants to look at it": behind an order, somebody or something and what it does. */
export function complainsOf(clause: readonly Word[]): boolean {
  const spoken = clause.filter((word) => word.other !== 'punctuation' && !has(word, ['filler', 'article']));
  const [first, second] = spoken;
  if (first === undefined || second === undefined || clause.some(actsHere)) return false;
  if (hasHangul(first.text)) return tellsInKorean(spoken);
  const forbids = (word: Word): boolean => forbidsDropping(word) && !word.marks.has('reported');
  if (spoken.length < 3 || (!isIt(first) && clause.some(forbids))) return false;
  // What is left out or added by name is no talk.
  if (spoken.slice(1).some(isTarget) || /ing$|^(?:without|besides|minus|thanks|thank)$/u.test(first.text))
    return false;
  const isSubject =
    first.names.length > 0 ||
    ['version', 'unknown'].includes(first.other ?? '') ||
    has(first, ['report', 'pronoun']);
  return isSubject && (second.other === 'unknown' || has(second, PREDICATES));
}

/** What "it" does nightly is no time for the order. */
function isIt(word: Word): boolean {
  return word.text === "it's" || has(word, ['pronoun']);
}

const PREDICATES: readonly Mark[] = ['question', 'state', 'report', 'reported', 'health', 'negation'];

/** A verb of ours, or an ending of one. */
function actsHere({ verb, light }: Word): boolean {
  return light !== null || (verb !== null && verb.mood !== 'participle' && verb.verb !== 'attempt');
}

function isTarget({ names }: Word): boolean {
  return names.some(({ is }) => is !== 'qualifier' && is !== 'ref');
}

/** "보고서 색깔이 다 깨져요". */
function tellsInKorean(spoken: readonly Word[]): boolean {
  const last = spoken.at(-1);
  if (last?.other !== 'unknown' || !isKoreanPredicate(last.text)) return false;
  return !spoken.some((word) => isTarget(word) || forbidsDropping(word));
}

export const QUIET: readonly Mark[] = ['filler', 'article', 'thanks', 'request'];
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

const NEVER_BACKGROUND: readonly Mark[] = [
  'condition',
  'schedule',
  'hypothetical',
  'correction',
  'exceptNext',
  'reported',
];

export function forbidsDropping(word: Word): boolean {
  return NEVER_BACKGROUND.some((mark) => word.marks.has(mark)) || isCondition(word);
}

/** An unknown Korean word that ends like "…하면" sets a condition. */
export function isCondition(word: Word): boolean {
  if (word.marks.has('condition')) return true;
  return word.other === 'unknown' && CONDITION_END.test(word.text) && !NOT_CONDITIONS.test(word.text);
}

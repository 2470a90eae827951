/** Tells whether a word that is not known stands where a name would stand; elsewhere it is only talk. */
import type { Mark } from './lexicon.ts';
import type { Reading } from './reading.ts';
import { isKoreanPredicate } from './normalize.ts';
import { has, isProviderish, isQuotation, isSkillish, type Word } from './words.ts';

const AFTER_NAMES: readonly Mark[] = [
  'skillNoun',
  'skillNouns',
  'providerNoun',
  'providerNouns',
  'topicAfter',
  'objectAfter',
  'toAfter',
  'fromAfter',
];
/** Words that may stand between a verb and its object. */
const BEFORE_OBJECTS: readonly Mark[] = ['article', 'filler', 'of', 'again'];
/** Prepositions that lead to more than places: "in the morning", "for our guests". */
const LOOSE_PREPOSITION = /^(?:for|in|within|under|against|inside|across|to)$/u;

/** "install jira on", "the jira skill", "on mistral", "docx and jira", "지라를", "지라 설치해줘". */
export function standsAsName(reading: Reading, start: number, words: readonly Word[]): boolean {
  if (isWhoAsks(reading, words)) return false;
  if (words.some(({ text }) => /[-_\d]/u.test(text))) return true;
  const before = reading.words[start - 1];
  const after = reading.words[reading.at];
  if (has(after, AFTER_NAMES) || has(before, ['skillNoun', 'providerNoun'])) return true;
  if (after !== undefined && isQuotation(after) && before !== undefined && isQuotation(before)) return true;
  if (words.every(({ text }) => isKoreanPredicate(text))) return false;
  const lead = has(before, ['article']) ? reading.words[start - 2] : before;
  if (has(lead, ['to', 'from'])) return isPlace(reading, lead);
  return reading.verb === 'tell' ? isAskedFor(before, after) : isObject(reading, start, after);
}

/** "법무팀에서 claude-prod에 필요합니다": those who want it, when where it goes is told too. */
function isWhoAsks(reading: Reading, words: readonly Word[]): boolean {
  const isPeople = words.every(({ text }) => PEOPLE.test(text));
  return (
    isPeople &&
    has(reading.words[reading.at], ['fromAfter', 'topicAfter']) &&
    reading.words.some(isProviderish)
  );
}

const PEOPLE =
  /(?:팀|부서|사업부|본부|그룹|파트|센터|담당자|고객|고객사|사용자|이용자|유저|멤버|동료|사람|직원|개발자|디자이너|기획자|분|님)(?:들)?$/u;

/** After a preposition: with a connection named elsewhere, only after one that leads nowhere else. */
function isPlace(reading: Reading, before: Word | undefined): boolean {
  if (!LOOSE_PREPOSITION.test(before?.text ?? '')) return true;
  return !reading.words.some(isProviderish);
}

/** "status of jira", "is jira installed", "지라 상태". */
function isAskedFor(before: Word | undefined, after: Word | undefined): boolean {
  if (has(before, ['of'])) return true;
  const isSubject = /^(?:is|are|was|were|did|does|has|about)$/u.test(before?.text ?? '');
  const isTold = after?.verb?.mood === 'participle' || has(after, ['state', 'health', 'to']);
  return (isSubject && isTold) || after?.verb?.verb === 'status';
}

function isObject(reading: Reading, start: number, after: Word | undefined): boolean {
  const neighbours = [reading.words[start - 1], after];
  if (neighbours.some((word) => word !== undefined && (isSkillish(word) || isProviderish(word)))) return true;
  if (after?.verb && /[가-힣]/u.test(reading.words[start]?.text ?? '')) return true;
  let at = start - 1;
  while (has(reading.words[at], BEFORE_OBJECTS)) at -= 1;
  const before = reading.words[at];
  if (before?.verb) return true;
  const isListed = has(before, ['and', 'andAfter', 'or', 'orAfter', 'exceptNext']) || before?.text === ',';
  return isListed && reading.items.length > 0 && reading.link === 'linked';
}

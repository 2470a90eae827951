/** Reads the skills, connections and versions of an order from its words, with what is excluded, corrected or left open. */
import type { Mark, Verb } from './lexicon.ts';
import { isRef, readProvider, readRef, readSkillish } from './name-phrases.ts';
import { type Entities, excludePrevious, newReading, nounOf, type Reading } from './reading.ts';
import { has, isAllOfOneSkill, isNamed, isProviderish, isSkillish, type Word } from './words.ts';

/** Marks that say nothing about names. */
const NEUTRAL: readonly Mark[] = [
  'filler',
  'article',
  'thanks',
  'request',
  'requestGerund',
  'want',
  'wishPast',
  'permission',
  'report',
  'passive',
  'question',
  'only',
  'alone',
];
const NEUTRAL_NOUNS: readonly Mark[] = [
  'skillNoun',
  'skillNouns',
  'versionNoun',
  'latest',
  'topicAfter',
  'of',
  'byAfter',
];
/** Said of runs, of how often, and of the one before; whether it may be said at all is another question. */
const NEUTRAL_DETAILS: readonly Mark[] = ['state', 'again', 'previous', 'runNoun', 'health', 'purpose'];
/** Verbs by which something is taken from where it is, or asked about there. */
const FROM_THERE: ReadonlySet<Verb> = new Set<Verb>([
  'uninstall',
  'lower',
  'rollback',
  'cancel',
  'retry',
  'tell',
]);
/** Verbs for which "all" narrows nothing down. */
const FILTERED: ReadonlySet<Verb> = new Set<Verb>(['cancel', 'retry', 'tell']);

export function readEntities(words: readonly Word[], verb: Verb): Entities {
  const reading = newReading(words, verb);
  while (reading.at < words.length) step(reading);
  if (leavesSomeOut(reading)) reading.allProviders = true;
  if (reading.correcting && reading.items.length > 0) reading.unclear = true;
  if (reading.or || reading.excluding === 'waiting') reading.unclear = true;
  if (reading.oneOf) reading.open.add(reading.items.at(-1)?.type ?? 'provider');
  return reading;
}

/** "전부 설치해줘, 클로드 제외": all, when only some are left out and none is named. */
function leavesSomeOut({ items, words }: Reading): boolean {
  const providers = items.filter(({ type }) => type === 'provider');
  return (
    providers.length > 0 &&
    providers.every(({ excluded }) => excluded) &&
    words.some((word) => has(word, ['all']))
  );
}

function step(reading: Reading): void {
  const word = reading.words[reading.at];
  if (word === undefined) return;
  if (isRef(reading, word)) readRef(reading, word);
  else if (isSkillish(word)) readSkillish(reading);
  else if (isProviderish(word)) readProvider(reading, false);
  else {
    reading.at += 1;
    readMarks(reading, word);
  }
}

function readMarks(reading: Reading, word: Word): void {
  if (word.other === 'punctuation' && word.marks.size === 0) readPunctuation(reading, word);
  else if (word.other === 'number' && isRunNumber(reading)) reading.link = 'closed';
  else if (word.other === 'number' || word.other === 'unknown') reading.unclear = true;
  else if (reading.correcting && reading.refs.length > 0 && has(word, ['latest'])) takeLatest(reading);
  else if (word.verb !== null || word.light !== null) readVerb(reading, word);
  else if (!readJoin(reading, word) && !readWildcard(reading, word) && !readPlace(reading, word)) {
    if (!has(word, [...NEUTRAL, ...NEUTRAL_NOUNS, ...NEUTRAL_DETAILS])) reading.unclear = true;
  }
}

/** "To stable, no, latest". */
function takeLatest(reading: Reading): void {
  reading.refs = [];
  reading.correcting = false;
}

/** "Run 415", "512번": runs are not told apart by number. */
function isRunNumber(reading: Reading): boolean {
  const before = reading.words[reading.at - 2];
  return has(before, ['runNoun', 'at']) || reading.words[reading.at]?.text.startsWith('번') === true;
}

function readPunctuation(reading: Reading, word: Word): void {
  if (word.text !== ',') return;
  if (reading.link === 'open') reading.link = 'linked';
  if (reading.excluding !== 'taken' || reading.allProviders) return;
  const last = reading.items.at(-1);
  const isFirst = reading.items.filter(({ type }) => type === last?.type).length === 1;
  const next = reading.words[reading.at];
  // "A, not B, C": whether C is wanted cannot be told.
  if (!isFirst && next !== undefined && !has(next, ['and', 'to', 'request', 'thanks']) && isName(next))
    reading.unclear = true;
  reading.excluding = 'no';
}

function readVerb(reading: Reading, word: Word): void {
  if (word.verb !== null || word.marks.size === 0) {
    reading.link = 'closed';
    if (reading.words[reading.at - 2]?.text === 'no') reading.unclear = true;
    if (word.verb !== null && !FILTERED.has(reading.verb))
      reading.skillsBeforeVerb = reading.items.some(({ type }) => type === 'skill');
    if (reading.excluding === 'taken') reading.excluding = 'no';
  } else if (has(word, ['and', 'andAfter'])) readJoin(reading, word);
  else if (has(word, ['exceptPrevious'])) excludePrevious(reading);
}

function readJoin(reading: Reading, word: Word): boolean {
  if (has(word, ['exceptPrevious'])) exclude(reading);
  else if (word.text === 'but' && reading.items.length === 0 && !reading.allProviders)
    reading.link = 'closed';
  else if (has(word, ['exceptNext']))
    reading.excluding = reading.excluding === 'taken' && word.text === 'but' ? 'no' : 'waiting';
  else if (has(word, ['or', 'orAfter'])) reading.or = true;
  else if (has(word, ['and', 'andAfter'])) reading.link = reading.items.length > 0 ? 'linked' : 'closed';
  else if (has(word, ['correction'])) reading.correcting = true;
  else if (has(word, ['oneOf'])) readOneOf(reading, word);
  else return false;
  return true;
}

/** "1.3.0 말고 1.2.0": the version before it was left out when it was read. */
function exclude(reading: Reading): void {
  const before = reading.words[reading.at - 2];
  const isVersion = before?.other === 'version' || nounOf(before) !== null;
  if (!isVersion) excludePrevious(reading);
  else if (reading.refs.length > 0) reading.unclear = true;
}

function readOneOf(reading: Reading, word: Word): void {
  const last = reading.items.at(-1);
  if (/[가-힣]/u.test(word.text) && last !== undefined) reading.open.add(last.type);
  else reading.oneOf = true;
}

function readWildcard(reading: Reading, word: Word): boolean {
  const next = reading.words[reading.at];
  if (has(word, ['everywhere'])) reading.allProviders = true;
  else if (has(word, ['anywhere'])) reading.open.add('provider');
  else if (has(word, ['allSkills'])) reading.allSkills ||= !isAllOfOneSkill(reading.words, reading.at - 1);
  else if (!has(word, ['all'])) return false;
  else if (next !== undefined && isProviderSoon(reading)) readProvider(reading, true);
  else if (has(next, ['skillNoun', 'skillNouns'])) reading.allSkills = true;
  else if (has(next, ['providerNoun', 'providerNouns'])) reading.allProviders = true;
  else if (isEmphasis(reading, word)) return true;
  else if (!FILTERED.has(reading.verb) && !allOfSkills(reading)) reading.allProviders = true;
  return true;
}

/** "docx 다 지워줘 클로드에서": before the verb, with a connection named, it only stresses. */
function isEmphasis(reading: Reading, word: Word): boolean {
  if (!/^(?:다|싹|싹 다|모두|전부)$/u.test(word.text) || !reading.words[reading.at]?.verb) return false;
  return !reading.items.some(({ excluded }) => excluded) && reading.words.some(isProviderish);
}

/** "docx랑 xlsx 전부 claude-prod에": all of the skills just named. */
function allOfSkills(reading: Reading): boolean {
  const next = reading.words[reading.at];
  if (next !== undefined && isName(next) && reading.items.length === 0) return true;
  const skills = reading.items.filter(({ type, excluded }) => type === 'skill' && !excluded).length;
  return skills > 1 && reading.link === 'open' && reading.items.at(-1)?.type === 'skill';
}

function isProviderSoon(reading: Reading): boolean {
  let at = reading.at;
  while (has(reading.words[at], ['article', 'of'])) at += 1;
  const word = reading.words[at];
  if (word === undefined || !isProviderish(word)) return false;
  reading.at = at;
  return true;
}

function readPlace(reading: Reading, word: Word): boolean {
  if (has(word, ['to', 'from'])) {
    reading.role = 'provider';
    if (reading.excluding === 'taken') reading.excluding = 'no';
    reading.link = 'closed';
    // "from openai-prod" is where something is taken away, and not where it is put.
    const isFromThere = FROM_THERE.has(reading.verb) || !has(word, ['from']);
    if (!isFromThere && reaches(reading, isProviderish)) reading.unclear = true;
  } else if (has(word, ['at'])) {
    if (reaches(reading, isProviderish)) reading.role = 'provider';
    else if (reaches(reading, (later) => isNamed(later, 'skill') || later.other === 'punctuation'))
      reading.unclear = true;
  } else if (has(word, ['toAfter', 'fromAfter', 'objectAfter'])) reading.link = 'closed';
  else if (has(word, ['pronoun'])) readPronoun(reading);
  else if (has(word, ['place'])) reading.place = true;
  else if (has(word, ['providerNoun', 'providerNouns'])) readProviderNoun(reading);
  else if (nounOf(word) !== null && nounOf(word) !== 'version') return hasRefBeside(reading);
  else return false;
  return true;
}

/** "On one of our connections": it is the connection that is left open. */
function readProviderNoun(reading: Reading): void {
  reading.role = 'provider';
  if (!reading.oneOf) return;
  reading.open.add('provider');
  reading.oneOf = false;
}

const PLURAL = /^(?:them|these|those|these ones|those ones|그것들|걔네)$/u;

/** "on all of them", "docx and that one": it cannot be told what is meant. */
function readPronoun(reading: Reading): void {
  const heard = reading.words.slice(0, reading.at - 1);
  // "All failed runs: try them again", "run 88 died, retry it".
  if (FILTERED.has(reading.verb) && reading.words.some((word) => has(word, ['runNoun']))) return;
  if (PLURAL.test(reading.words[reading.at - 1]?.text ?? '') && heard.some((word) => has(word, ['runNoun'])))
    return;
  const before = reading.words[reading.at - 2];
  // "We got Claude, please put docx on it".
  if (has(before, ['to', 'from']) && reading.items.some(({ type }) => type === 'skill')) {
    reading.place = true;
    return;
  }
  reading.pronoun = true;
  if (has(before, ['to', 'from', 'all', 'and', 'andAfter', 'exceptNext'])) reading.unclear = true;
}

function hasRefBeside(reading: Reading): boolean {
  const beside = [reading.words[reading.at - 2], reading.words[reading.at]];
  return beside.some(
    (word) =>
      word !== undefined &&
      (isNamed(word, 'ref') || ['version', 'commit', 'unknown', 'number'].includes(word.other ?? '')),
  );
}

function reaches(reading: Reading, wanted: (word: Word) => boolean): boolean {
  let at = reading.at;
  while (has(reading.words[at], ['article', 'filler', 'all'])) at += 1;
  const word = reading.words[at];
  return word !== undefined && wanted(word);
}

function isName(word: Word): boolean {
  return word.names.length > 0 || word.other === 'unknown';
}

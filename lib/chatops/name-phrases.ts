/** Reads one name out of an order: a skill, a connection with its environment, or a version. */
import { addItem, type Item, nounOf, type Reading, type RefNoun } from './reading.ts';
import { standsAsName } from './name-slots.ts';
import { kindOf } from './vocabulary.ts';
import { has, isNamed, isProviderish, isSkillish, type Word } from './words.ts';

export function isRef(reading: Reading, word: Word): boolean {
  if (word.other === 'version' || word.other === 'commit' || isNamed(word, 'ref')) return true;
  const noun = refNoun(reading);
  // "Branch nightly": a time is no name, unless the noun says so.
  if (has(word, ['schedule'])) return noun === 'branch' || noun === 'tag';
  return (word.other === 'unknown' || word.other === 'number') && noun !== null && !isNamedBehind(reading);
}

/** "Glosary commit 0b0ad63": the noun belongs to what stands behind it. */
function isNamedBehind({ words, at }: Reading): boolean {
  const behind = words[at + 2];
  return nounOf(words[at + 1]) !== null && (behind?.other === 'version' || behind?.other === 'commit');
}

/** The noun that says what kind of reference this word is: "branch hotfix", "hotfix 브랜치", "pdf-tools@beta". */
function refNoun(reading: Reading): RefNoun | null {
  const before = reading.words[reading.at - 1];
  const after = reading.words[reading.at + 1];
  const isTopic = has(before, ['topicAfter', 'objectAfter']) || before?.text === ':' || before?.text === 'is';
  const own = nounOf(after) ?? nounOf(isTopic ? reading.words[reading.at - 2] : before);
  if (own !== null) return own;
  return before?.text === '@' || before?.text === '#' ? 'version' : null;
}

export function readRef(reading: Reading, word: Word): void {
  const before = reading.words[reading.at - 1];
  const noun = refNoun(reading);
  const text = word.other === 'version' ? word.text.replace(/^v/u, '') : word.text;
  const direct = before !== undefined && isNamed(before, 'skill');
  const skills = reading.items.filter(({ type }) => type === 'skill').length;
  const known = reading.refs.some((ref) => ref.text === text);
  if (reading.correcting && reading.refs.length === 1) {
    reading.refs = [];
    reading.correcting = false;
  }
  if (reading.excluding !== 'no') reading.unclear = true;
  if (!known && !isLeft(reading))
    reading.refs.push({
      text,
      written: word.text,
      noun: noun === 'version' ? null : noun,
      afterSkill: direct ? skills : null,
    });
  reading.at += 1;
}

/** "1.1.0에서 1.2.0으로", "1.3.0 말고 1.2.0", "from 1.1 to 1.2": the version before the one that is meant. */
function isLeft({ words, at }: Reading): boolean {
  const isBehind = has(words[at + 1], ['exceptPrevious', 'fromAfter']) || words[at - 1]?.text === 'from';
  return isBehind && words.slice(at + 1).some(({ other }) => other === 'version');
}

export function readSkillish(reading: Reading): void {
  const start = reading.at;
  const isExact = startsWithSkill(reading);
  while (reading.at < reading.words.length) {
    const word = reading.words[reading.at];
    if (word === undefined || !isSkillish(word) || (reading.at > start && isRef(reading, word))) break;
    if (isNamed(word, 'skill') !== isExact) break;
    reading.at += 1;
  }
  const words = reading.words.slice(start, reading.at);
  if (words.every((word) => isNamed(word, 'skill'))) {
    words.forEach((word, index) => addItem(reading, 'skill', [word], index > 0, true));
    return;
  }
  if (words.some(({ other }) => other === 'unknown') && reading.verb === 'tell')
    readAsked(reading, start, words);
  else if (words.some(({ other }) => other !== 'unknown') || standsAsName(reading, start, words))
    addNamed(reading, start, words);
  else reading.role = null;
}

function startsWithSkill({ words, at }: Reading): boolean {
  const word = words[at];
  return word !== undefined && isNamed(word, 'skill');
}

function addNamed(reading: Reading, start: number, words: readonly Word[]): void {
  const role = roleAt(reading, start, words);
  addItem(reading, role.type, words, false, role.isSure);
}

/** In a question even words beside a name need not be names themselves. */
function readAsked(reading: Reading, start: number, words: readonly Word[]): void {
  const known = words.filter(({ other }) => other !== 'unknown');
  const unknown = words.filter(({ other }) => other === 'unknown');
  for (const word of known) addItem(reading, 'skill', [word], known.length > 1, true);
  if (known.length === 0 && standsAsName(reading, start, unknown)) addNamed(reading, start, unknown);
}

function roleAt(
  reading: Reading,
  start: number,
  words: readonly Word[],
): { type: Item['type']; isSure: boolean } {
  if (words.some((word) => isNamed(word, 'skill') || isNamed(word, 'skillWord')))
    return { type: 'skill', isSure: true };
  const after = reading.words[reading.at];
  if (has(after, ['skillNoun', 'skillNouns'])) return { type: 'skill', isSure: true };
  if (has(after, ['providerNoun', 'providerNouns', 'toAfter', 'fromAfter']))
    return { type: 'provider', isSure: true };
  if (has(after, ['and', 'andAfter', 'or', 'orAfter'])) {
    const next = reading.words[reading.at + 1];
    if (next !== undefined && isProviderish(next)) return { type: 'provider', isSure: true };
  }
  if (words.length === 1 && words.some(isLikeConnection)) return { type: 'provider', isSure: true };
  if (has(after, ['objectAfter'])) return { type: 'skill', isSure: true };
  const before = reading.words[start - 1];
  if (before !== undefined && isProviderish(before) && hasSkillElsewhere(reading, start))
    return { type: 'provider', isSure: true };
  if (reading.role !== null) return { type: reading.role, isSure: true };
  const previous = reading.items.at(-1);
  if (reading.link === 'linked' && previous !== undefined) return { type: previous.type, isSure: true };
  const isBesideSkill = [before, after].some((word) => word !== undefined && isNamed(word, 'skill'));
  return { type: 'skill', isSure: isBesideSkill };
}

/** "Gemini-staging": a kind with something behind it. */
function isLikeConnection({ text }: Word): boolean {
  const [kind, rest] = text.split(/[-_]/u);
  return rest !== undefined && kind !== undefined && kindOf(kind) !== null;
}

function hasSkillElsewhere(reading: Reading, at: number): boolean {
  return reading.words.some((word, index) => index !== at && isNamed(word, 'skill'));
}

export function readProvider(reading: Reading, startsPlural: boolean): void {
  const words: Word[] = [];
  let plural = startsPlural;
  for (; reading.at < reading.words.length; reading.at += 1) {
    const word = reading.words[reading.at];
    if (word === undefined) break;
    if (isProviderish(word)) words.push(word);
    else if (has(word, ['providerNouns', 'all']) || BOTH.test(word.text)) plural = true;
    else if (word.text === 'in' && isPlaceOfKind(words, reading)) continue;
    else if (
      word.text !== '(' &&
      !has(word, ['providerNoun', 'of']) &&
      !(has(word, ['article']) && continues(reading))
    )
      break;
  }
  for (const part of splitSlugs(words)) addItem(reading, 'provider', part, part !== words, true, plural);
}

/** "The on-prem box in Seoul": a kind, and which one. */
function isPlaceOfKind(words: readonly Word[], { words: all, at }: Reading): boolean {
  const next = has(all[at + 1], ['article']) ? all[at + 2] : all[at + 1];
  const isKind = words.length > 0 && words.every((word) => isNamed(word, 'kind'));
  return isKind && next !== undefined && isNamed(next, 'qualifier') && !isNamed(next, 'provider');
}

/** "서울 둘 다": several are meant. */
const BOTH = /^(?:둘 ?다|셋 ?다|양쪽|양쪽 다|둘 모두|두 ?곳|세 ?곳|두 ?군데|세 ?군데|두 ?개|세 ?개)$/u;

/** Whether the next word still belongs to the same phrase for connections. */
function continues(reading: Reading): boolean {
  const next = reading.words[reading.at + 1];
  return next !== undefined && (isProviderish(next) || has(next, ['providerNoun', 'providerNouns']));
}

/** Two different connections side by side are two items; a kind and its environment are one. */
function splitSlugs(words: readonly Word[]): (readonly Word[])[] {
  if (words.length > 1 && words.every((word) => isNamed(word, 'provider')))
    return words.map((word) => [word]);
  return [words];
}

/** What has been heard of an order so far, and how the next name joins it: linked, excluded, corrected or left open. */
import type { Mark, Verb } from './lexicon.ts';
import type { Word } from './words.ts';

export type RefNoun = 'version' | 'tag' | 'branch' | 'commit';

export interface Item {
  readonly type: 'skill' | 'provider';
  readonly words: readonly Word[];
  /** The type of an unknown word is a guess from where it stands. */
  readonly isSure: boolean;
  readonly plural: boolean;
  readonly linked: boolean;
  excluded: boolean;
}

export interface RefItem {
  readonly text: string;
  /** With the `v` that no version is known by. */
  readonly written: string;
  readonly noun: RefNoun | null;
  /** How many skills stood before it, when it follows one directly; else null. */
  readonly afterSkill: number | null;
}

export interface Entities {
  readonly items: readonly Item[];
  readonly refs: readonly RefItem[];
  readonly allProviders: boolean;
  readonly allSkills: boolean;
  readonly pronoun: boolean;
  readonly place: boolean;
  /** Names joined by "or", or "one of". */
  readonly open: ReadonlySet<Item['type']>;
  /** Something was said that this reading cannot carry. */
  readonly unclear: boolean;
}

const REF_NOUN: Readonly<Partial<Record<Mark, RefNoun>>> = {
  versionNoun: 'version',
  tagNoun: 'tag',
  branchNoun: 'branch',
  commitNoun: 'commit',
};

/** Entities being read from left to right. */
export interface Reading {
  /** What is to be done with the names. */
  readonly verb: Verb;
  readonly words: readonly Word[];
  at: number;
  items: Item[];
  refs: RefItem[];
  allProviders: boolean;
  allSkills: boolean;
  pronoun: boolean;
  place: boolean;
  readonly open: Set<Item['type']>;
  unclear: boolean;
  /** Whether the next name would continue a list. */
  link: 'open' | 'closed' | 'linked';
  /** What the next unknown word should be the name of. */
  role: Item['type'] | null;
  excluding: 'no' | 'waiting' | 'taken';
  correcting: boolean;
  /** A skill was named before the verb that was just read. */
  skillsBeforeVerb: boolean;
  or: boolean;
  oneOf: boolean;
}

export function newReading(words: readonly Word[], verb: Verb): Reading {
  return {
    verb,
    words,
    at: 0,
    items: [],
    refs: [],
    allProviders: false,
    allSkills: false,
    pronoun: false,
    place: false,
    open: new Set(),
    unclear: false,
    link: 'closed',
    role: null,
    excluding: 'no',
    correcting: false,
    skillsBeforeVerb: false,
    or: false,
    oneOf: false,
  };
}

export function addItem(
  reading: Reading,
  type: Item['type'],
  words: readonly Word[],
  joined: boolean,
  isSure: boolean,
  plural = false,
): void {
  const linked = joined || reading.link === 'linked';
  const corrects = reading.correcting && correct(reading, type);
  if (reading.correcting && !corrects) reading.unclear = true;
  if (reading.or) {
    if (reading.items.at(-1)?.type === type) reading.open.add(type);
    else reading.unclear = true;
  }
  if (reading.oneOf) reading.open.add(type);
  const excluded = excludes(reading, type);
  const isLate = type === 'skill' && isSure && reading.skillsBeforeVerb;
  if (isLate && !corrects && !excluded) reading.unclear = true;
  reading.items.push({ type, words, isSure, plural, linked, excluded });
  reading.link = 'open';
  reading.role = null;
  reading.or = false;
  reading.oneOf = false;
  reading.correcting = false;
}

/** "A, no wait, B": B takes the place of A. Nothing to replace is fine; several candidates are not. */
function correct(reading: Reading, type: Item['type']): boolean {
  const same = reading.items.filter((item) => item.type === type && !item.excluded);
  if (same.length > 1) return false;
  reading.items = reading.items.filter((item) => item !== same[0]);
  return true;
}

function excludes(reading: Reading, type: Item['type']): boolean {
  if (reading.excluding === 'no') return false;
  if (reading.excluding === 'taken' && reading.items.at(-1)?.type !== type) {
    reading.excluding = 'no';
    return false;
  }
  reading.excluding = 'taken';
  return true;
}

export function excludePrevious(reading: Reading): void {
  const last = reading.items.at(-1);
  if (last === undefined) {
    reading.unclear = true;
    return;
  }
  for (const item of reading.items.toReversed()) {
    if (item.type !== last.type) break;
    item.excluded = true;
    if (!item.linked) break;
  }
  reading.link = 'closed';
}

export function nounOf(word: Word | undefined): RefNoun | null {
  for (const mark of word?.marks ?? []) {
    const noun = REF_NOUN[mark];
    if (noun !== undefined) return noun;
  }
  return null;
}

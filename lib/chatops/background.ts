/** Finds in the rest of a message what an order leaves out: "docx is broken on claude-prod. Remove it there." */
import type { Verb } from './lexicon.ts';
import type { Entities, Item, RefItem } from './reading.ts';
import { has, isNamed, isProviderish, type Word } from './words.ts';

/** Asking without a name is asking about all. */
const NARROWED: ReadonlySet<Verb> = new Set<Verb>(['tell', 'help']);

/** What is done to something that is somewhere already: where, may have been told before. */
const THERE: ReadonlySet<Verb> = new Set<Verb>(['rollback', 'uninstall', 'upgrade', 'lower']);

/** The skills and the connection told about are the ones meant, when the order names none and there is no choice. */
export function withBackground(entities: Entities, words: readonly Word[], verb: Verb): Entities {
  if (NARROWED.has(verb) && !entities.pronoun) return entities;
  const missing = (type: Item['type']): boolean => !entities.items.some((item) => item.type === type);
  const told: Item[] = [];
  if (missing('skill') && !entities.allSkills) told.push(...skillsTold(words, entities.pronoun));
  const isPointedAt = told.length > 0 || entities.place || entities.pronoun || THERE.has(verb);
  const wantsPlace = !entities.allProviders && isPointedAt;
  if (missing('provider') && wantsPlace) told.push(...providersTold(words));
  if (told.length === 0) return entities;
  const isPlaced = told.some(({ type }) => type === 'provider');
  const refs = verb === 'install' && entities.refs.length === 0 ? refsTold(words, told) : entities.refs;
  return { ...entities, items: [...told, ...entities.items], refs, place: entities.place && !isPlaced };
}

/** "Grab docx 1.0.0 for Claude, install it": the version that stands behind the name. */
function refsTold(words: readonly Word[], told: readonly Item[]): RefItem[] {
  const version = words.find(
    ({ other }, at) => other === 'version' && told.some((one) => one.words.at(-1) === words[at - 1]),
  );
  return version === undefined
    ? []
    : [{ text: version.text, written: version.text, noun: 'version', afterSkill: null }];
}

/** Several are meant only by a word that points at them. */
function skillsTold(words: readonly Word[], isPointedAt: boolean): Item[] {
  const exact = words.filter((word) => isNamed(word, 'skill'));
  const named = exact.length > 0 ? exact : words.filter((word, at) => isPartOfName(word, words[at + 1]));
  const first = new Map(named.map((word) => [slugOf(word), word]));
  if (first.size === 0) return isPointedAt ? phraseTold(words) : [];
  if (first.size > 1 && !isPointedAt) return [];
  const lies = words.some((word) => has(word, ['or', 'exceptPrevious', 'correction']));
  if (first.size > 1 && lies) return [];
  return [...first.values()].map((word, index) => item('skill', [word], index > 0));
}

/** "The invoice skill keeps failing. Remove it": a word of a name, with the noun that says so. */
function isPartOfName(word: Word, after: Word | undefined): boolean {
  return isNamed(word, 'skillWord') && has(after, ['skillNoun']);
}

/** "The terraform reader is out of date, update it": words of one name, behind an article. */
function phraseTold(words: readonly Word[]): Item[] {
  const phrases = runsOf(words, (word) => isNamed(word, 'skillWord')).filter(({ start }) =>
    has(words[start - 1], ['article']),
  );
  const [only, ...others] = phrases;
  return only === undefined || others.length > 0 ? [] : [item('skill', only.words, false)];
}

/** The connection told about; several only as one list that "both" points at. */
function providersTold(words: readonly Word[]): Item[] {
  const runs = runsOf(words, isProviderish);
  const arePointedAt = words.some(({ text }) => text === 'both places');
  const isList = runs.every(({ start }, at) => {
    const before = runs[at - 1];
    return before === undefined || words.slice(before.start + before.words.length, start).every(joins);
  });
  if (runs.length > 1 && !(runs.length === 2 && arePointedAt && isList)) return [];
  return runs.map((run, at) => item('provider', run.words, at > 0));
}

function joins(word: Word): boolean {
  return word.text === ',' || has(word, ['and', 'andAfter', 'article', 'to']);
}

interface Run {
  readonly start: number;
  readonly words: readonly Word[];
}

/** Neighbours of a kind, together. */
function runsOf(words: readonly Word[], belongs: (word: Word) => boolean): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < words.length; ) {
    const end = words.findIndex((word, index) => index >= at && !belongs(word));
    const stop = end < 0 ? words.length : end;
    if (stop > at) runs.push({ start: at, words: words.slice(at, stop) });
    at = stop + 1;
  }
  return runs;
}

function slugOf(word: Word): string {
  return word.names
    .map((name) => (name.is === 'skill' ? name.slug : name.is === 'skillWord' ? name.word : ''))
    .join();
}

function item(type: Item['type'], words: readonly Word[], linked: boolean): Item {
  return { type, words, isSure: true, plural: false, linked, excluded: false };
}

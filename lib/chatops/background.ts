/** Finds in the rest of a message what an order leaves out: "docx is broken on claude-prod. Remove it there." */
import type { Verb } from './lexicon.ts';
import type { Entities, Item, RefItem } from './reading.ts';
import { has, isNamed, isProviderish, type Word } from './words.ts';

/** Asking without a name is asking about all. */
const NARROWED: ReadonlySet<Verb> = new Set<Verb>(['tell', 'help']);

/** The skills and the connection told about are the ones meant, when the order names none and there is no choice. */
export function withBackground(entities: Entities, words: readonly Word[], verb: Verb): Entities {
  if (NARROWED.has(verb) && !entities.pronoun) return entities;
  const missing = (type: Item['type']): boolean => !entities.items.some((item) => item.type === type);
  const told: Item[] = [];
  if (missing('skill') && !entities.allSkills) told.push(...skillsTold(words, entities.pronoun));
  const wantsPlace = !entities.allProviders && (told.length > 0 || entities.place || entities.pronoun);
  if (missing('provider') && wantsPlace) told.push(...providerTold(words));
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
  if (first.size === 0 || (first.size > 1 && !isPointedAt)) return [];
  const lies = words.some((word) => has(word, ['or', 'exceptPrevious', 'correction']));
  if (first.size > 1 && lies) return [];
  return [...first.values()].map((word, index) => item('skill', [word], index > 0));
}

/** "The invoice skill keeps failing. Remove it": a word of a name, with the noun that says so. */
function isPartOfName(word: Word, after: Word | undefined): boolean {
  return isNamed(word, 'skillWord') && has(after, ['skillNoun']);
}

function providerTold(words: readonly Word[]): Item[] {
  const runs: Word[][] = [];
  let current: Word[] = [];
  for (const word of words) {
    if (isProviderish(word)) current.push(word);
    else if (current.length > 0) {
      runs.push(current);
      current = [];
    }
  }
  if (current.length > 0) runs.push(current);
  const [only, ...others] = runs;
  return only === undefined || others.length > 0 ? [] : [item('provider', only, false)];
}

function slugOf(word: Word): string {
  return word.names
    .map((name) => (name.is === 'skill' ? name.slug : name.is === 'skillWord' ? name.word : ''))
    .join();
}

function item(type: Item['type'], words: readonly Word[], linked: boolean): Item {
  return { type, words, isSure: true, plural: false, linked, excluded: false };
}

/** What is stored with a skill so that it can be found: normalised texts, and hashes of their n-grams. */

export interface SearchableSkill {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly tags: readonly string[];
}

export interface SearchColumns {
  /** Every text of the skill. */
  readonly search_text: string;
  /** Name and display name, once from every start of a word on: after a space stands what a word begins with. */
  readonly search_title: string;
  readonly search_tags: string;
  readonly search_keys: number[];
}

/** Where a word is looked for. Each field holds those before it. */
export type SearchField = 'title' | 'tags' | 'text';

const LONGEST_GRAM = 3;
const LETTER_OR_DIGIT = /[\p{L}\p{N}\p{M}]/u;

/** To be written whenever name, display name, description or tags are. */
export function searchColumns(skill: SearchableSkill): SearchColumns {
  const title = wordsOf(`${skill.name} ${skill.displayName}`);
  const tags = wordsOf(skill.tags.join(' '));
  const text = [...title, ...tags, ...wordsOf(skill.description)];
  const starts = distinct(title).flatMap(fromEveryStart);
  return {
    search_text: spaced(text),
    search_title: spaced(starts),
    search_tags: spaced(tags),
    search_keys: distinct([
      ...keysIn('title', starts.flatMap(gramsFromStart)),
      ...keysIn('tags', [...title, ...tags].flatMap(grams)),
      ...keysIn('text', text.flatMap(grams)),
    ]),
  };
}

/** NFKC, lower case, split at white space: `_`, `%`, `+` are characters like any other. */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s\p{Cc}]+/u)
    .filter((word) => word !== '');
}

/** The keys of which a skill holds every one when the field holds the word; others may hold them by chance. */
export function keysOfWord(field: SearchField, word: string): number[] {
  return keysIn(field, longestGrams(Array.from(word)));
}

/** The same for a title with a word that begins so. */
export function keysOfPrefix(prefix: string): number[] {
  return keysIn('title', longestGrams(Array.from(` ${prefix}`)));
}

/** `pdf-to-text` also begins at `to-text` and at `text`. */
function fromEveryStart(word: string): string[] {
  const characters = Array.from(word);
  const starts = characters.flatMap((character, index) => {
    const before = characters[index - 1];
    return before === undefined || (isPartOfWord(character) && !isPartOfWord(before)) ? [index] : [];
  });
  return starts.map((start) => characters.slice(start).join(''));
}

function isPartOfWord(character: string): boolean {
  return LETTER_OR_DIGIT.test(character);
}

function spaced(words: readonly string[]): string {
  return words.map((word) => ` ${word}`).join('');
}

function gramsFromStart(word: string): string[] {
  return grams(` ${word}`);
}

/** Every run of one, two and three characters. */
function grams(word: string): string[] {
  const characters = Array.from(word);
  return characters.flatMap((_, start) =>
    Array.from({ length: Math.min(LONGEST_GRAM, characters.length - start) }, (_unused, index) =>
      characters.slice(start, start + index + 1).join(''),
    ),
  );
}

/** What a search needs of them: the runs of three, or all of a shorter word. */
function longestGrams(characters: readonly string[]): string[] {
  const length = Math.min(LONGEST_GRAM, characters.length);
  return Array.from({ length: characters.length - length + 1 }, (_, start) =>
    characters.slice(start, start + length).join(''),
  );
}

function keysIn(field: SearchField, texts: readonly string[]): number[] {
  return distinct(texts).map((text) => hashOf(`${field}:${text}`));
}

/** 32 bits of FNV-1a, as PostgreSQL's integer. It must never change: hashes are stored. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash | 0;
}

export function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

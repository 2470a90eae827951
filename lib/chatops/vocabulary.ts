/** Everything a message can name: skills with their versions, connections, kinds, environments, and the indexes over them. */
import { LEXICONS } from './lexicons.ts';
import { compact, spaced } from './normalize.ts';
import { addPhrase, emptyTrie, type PhraseTrie } from './phrase-trie.ts';

export interface SkillEntry {
  readonly slug: string;
  readonly displayName: string;
  readonly versions: readonly string[];
  readonly tags: readonly string[];
  readonly branches: readonly string[];
  readonly commits: readonly string[];
  /** A ref that is none of these may be found there. */
  readonly hasRepository?: boolean;
}

export interface ProviderEntry {
  readonly slug: string;
  readonly kind: string;
  readonly displayName: string;
  readonly active: boolean;
}

/** What a known phrase of the vocabulary names. */
export type Name =
  | { readonly is: 'skill'; readonly slug: string }
  | { readonly is: 'skillWord'; readonly word: string }
  | { readonly is: 'provider'; readonly slug: string }
  | { readonly is: 'kind'; readonly kind: string }
  | { readonly is: 'qualifier'; readonly qualifier: string }
  | { readonly is: 'ref'; readonly name: string };

export interface NameIndex {
  /** By letters and digits only. */
  readonly compact: ReadonlyMap<string, readonly string[]>;
  readonly spaced: ReadonlyMap<string, readonly string[]>;
}

export interface Vocabulary {
  readonly skills: ReadonlyMap<string, SkillEntry>;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  readonly names: PhraseTrie<Name>;
  /** Slugs and display names, spaced → slugs. */
  readonly skillNames: NameIndex;
  readonly providerNames: NameIndex;
  /** Word of a skill's names → slugs. */
  readonly skillWords: ReadonlyMap<string, ReadonlySet<string>>;
  readonly qualifiersOf: ReadonlyMap<string, ReadonlySet<string>>;
  readonly kindNames: NameIndex;
  /** Word for an environment or place → the one it stands for, where it differs from the lexicons. */
  readonly qualifierNames: ReadonlyMap<string, string>;
}

export interface VocabularySource {
  readonly skills: readonly SkillEntry[];
  readonly providers: readonly ProviderEntry[];
  /** Names beside those of the lexicons: provider kind, or environment → the words people use for it. */
  readonly kindNames?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly qualifierNames?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Words too small to tell one skill from another. */
const WEAK_WORDS = new Set(['a', 'an', 'and', 'for', 'of', 'the', 'to', 'with', 'skill', 'skills', '스킬']);

const KINDS = namesBy((lexicon) => lexicon.kinds);
const QUALIFIERS = namesBy((lexicon) => lexicon.qualifiers);
const SPELLINGS = namesBy((lexicon) => lexicon.spellings);
const KIND_OF = inverse(KINDS);
const QUALIFIER_OF = inverse(QUALIFIERS);
const WORD_OF = inverse(SPELLINGS);

export function buildVocabulary(source: VocabularySource): Vocabulary {
  const names = emptyTrie<Name>();
  const unique = uniqueNames(names);
  const skillWords = indexSkills(source.skills, unique);
  const qualifierNames = inverse(new Map(Object.entries(source.qualifierNames ?? {})));
  const qualifiersOf = indexProviders(source.providers, qualifierNames, unique);
  const kinds = [...KINDS, ...Object.entries(source.kindNames ?? {})];
  for (const [kind, spellings] of kinds) {
    for (const name of spellings) unique(name, { is: 'kind', kind });
  }
  for (const [own, spellings] of [...QUALIFIERS, ...Object.entries(source.qualifierNames ?? {})]) {
    for (const name of spellings)
      unique(name, { is: 'qualifier', qualifier: qualifierNames.get(compact(name)) ?? own });
  }
  return {
    skills: new Map(source.skills.map((skill) => [skill.slug, skill])),
    providers: new Map(source.providers.map((provider) => [provider.slug, provider])),
    names,
    skillNames: slugsByName(source.skills),
    providerNames: slugsByName(source.providers),
    skillWords,
    qualifiersOf,
    qualifierNames,
    kindNames: nameIndex(
      kinds.flatMap(([kind, spellings]) => spellings.map((name) => [name, kind] as const)),
    ),
  };
}

type AddName = (phrase: string, name: Name) => void;

function indexSkills(skills: readonly SkillEntry[], add: AddName): Map<string, Set<string>> {
  const words = new Map<string, Set<string>>();
  for (const skill of skills) {
    for (const name of [skill.slug, skill.displayName]) {
      add(name, { is: 'skill', slug: skill.slug });
      for (const part of wordsOf(name)) {
        const word = canonicalWord(part);
        if (!WEAK_WORDS.has(word)) getSet(words, word).add(skill.slug);
      }
    }
    const labels = skill.versions.filter((label) => !/^v?\d/iu.test(label));
    for (const name of [...labels, ...skill.tags, ...skill.branches]) add(name, { is: 'ref', name });
  }
  for (const word of words.keys()) {
    for (const spelling of [word, ...(SPELLINGS.get(word) ?? [])]) add(spelling, { is: 'skillWord', word });
  }
  return words;
}

function indexProviders(
  providers: readonly ProviderEntry[],
  qualifierNames: ReadonlyMap<string, string>,
  add: AddName,
): Map<string, Set<string>> {
  const qualifiersOf = new Map<string, Set<string>>();
  for (const provider of providers) {
    add(provider.slug, { is: 'provider', slug: provider.slug });
    add(provider.displayName, { is: 'provider', slug: provider.slug });
    add(provider.kind, { is: 'kind', kind: provider.kind });
    for (const part of [...wordsOf(provider.slug), ...wordsOf(provider.displayName)]) {
      if (kindOf(part) !== null || part === provider.kind) continue;
      const qualifier = qualifierNames.get(compact(part)) ?? qualifierOf(part) ?? part;
      getSet(qualifiersOf, provider.slug).add(qualifier);
      add(part, { is: 'qualifier', qualifier });
    }
  }
  return qualifiersOf;
}

export function kindOf(word: string): string | null {
  return KIND_OF.get(compact(word)) ?? null;
}

export function qualifierOf(word: string): string | null {
  return QUALIFIER_OF.get(compact(word)) ?? null;
}

/** The spelling under which a word of a skill's name is indexed ("엑셀" and "spreadsheet" are "excel"). */
export function canonicalWord(word: string): string {
  return WORD_OF.get(compact(word)) ?? word;
}

export function wordsOf(name: string): string[] {
  return spaced(name)
    .split(' ')
    .filter((word) => word !== '');
}

function uniqueNames(trie: PhraseTrie<Name>): AddName {
  const seen = new Set<string>();
  return (phrase, name) => {
    const key = `${spaced(phrase)}\n${Object.values(name).join('\n')}`;
    if (seen.has(key) || spaced(phrase) === '') return;
    seen.add(key);
    addPhrase(trie, spaced(phrase), name);
  };
}

function slugsByName(entries: readonly { slug: string; displayName: string }[]): NameIndex {
  return nameIndex(
    entries.flatMap(({ slug, displayName }) => [[slug, slug] as const, [displayName, slug] as const]),
  );
}

function nameIndex(names: readonly (readonly [string, string])[]): NameIndex {
  const compacted = new Map<string, Set<string>>();
  const spacedOut = new Map<string, Set<string>>();
  for (const [name, slug] of names) {
    getSet(compacted, compact(spaced(name))).add(slug);
    getSet(spacedOut, spaced(name)).add(slug);
  }
  return { compact: listed(compacted), spaced: listed(spacedOut) };
}

function listed(sets: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  return new Map([...sets].map(([key, members]) => [key, [...members]]));
}

function namesBy(
  pick: (lexicon: (typeof LEXICONS)[number]) => Readonly<Record<string, readonly string[]>>,
): Map<string, string[]> {
  const merged = new Map<string, string[]>();
  for (const lexicon of LEXICONS) {
    for (const [key, names] of Object.entries(pick(lexicon)))
      merged.set(key, [...(merged.get(key) ?? []), ...names]);
  }
  return merged;
}

function inverse(names: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [key, spellings] of names) for (const spelling of spellings) keys.set(compact(spelling), key);
  return keys;
}

function getSet(sets: Map<string, Set<string>>, key: string): Set<string> {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const made = new Set<string>();
  sets.set(key, made);
  return made;
}

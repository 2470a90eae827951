/** Everything a message can name: skills with their versions, connections, kinds and environments. */
import { LEXICONS } from './lexicons.ts';
import { compact, spaced } from './normalize.ts';
import type { NameIndex } from './name-index.ts';
import type { PhraseTrie } from './phrase-trie.ts';

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

export interface Vocabulary {
  readonly skills: ReadonlyMap<string, SkillEntry>;
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  readonly names: PhraseTrie<Name>;
  /** Slugs and display names → slugs. */
  readonly skillNames: Pick<NameIndex, 'exact' | 'near' | 'slipped'>;
  readonly providerNames: Pick<NameIndex, 'exact' | 'near' | 'slipped'>;
  /** Word of a skill's names → slugs. */
  readonly skillWords: ReadonlyMap<string, ReadonlySet<string>>;
  readonly qualifiersOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** All words of `qualifiersOf`. */
  readonly qualifiers: { has(word: string): boolean };
  readonly kindNames: Pick<NameIndex, 'exact' | 'near' | 'slipped'>;
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
export const WEAK_WORDS = new Set([
  'a',
  'an',
  'and',
  'for',
  'of',
  'the',
  'to',
  'with',
  'skill',
  'skills',
  '스킬',
]);

export const KINDS = namesBy((lexicon) => lexicon.kinds);
export const QUALIFIERS = namesBy((lexicon) => lexicon.qualifiers);
export const SPELLINGS = namesBy((lexicon) => lexicon.spellings);
const KIND_OF = inverse(KINDS);
const QUALIFIER_OF = inverse(QUALIFIERS);
const WORDS_OF = new Map<string, string[]>();
for (const [word, spellings] of SPELLINGS)
  for (const spelling of spellings)
    WORDS_OF.set(compact(spelling), [...(WORDS_OF.get(compact(spelling)) ?? []), word]);

export function kindOf(word: string): string | null {
  return KIND_OF.get(compact(word)) ?? null;
}

export function qualifierOf(word: string): string | null {
  return QUALIFIER_OF.get(compact(word)) ?? null;
}

/** The spelling under which a word of a skill's name is indexed ("엑셀" and "spreadsheet" are "excel"). */
export function canonicalWord(word: string): string {
  return canonicalWords(word)[0] ?? word;
}

/** "로그" may stand for "log" and for "logs". */
export function canonicalWords(word: string): readonly string[] {
  return WORDS_OF.get(compact(word)) ?? [word];
}

export function wordsOf(name: string): string[] {
  return spaced(name)
    .split(' ')
    .filter((word) => word !== '');
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

export function inverse(names: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [key, spellings] of names) for (const spelling of spellings) keys.set(compact(spelling), key);
  return keys;
}

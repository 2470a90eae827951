/** The index over all names, kept in step with the catalogue: an entry comes or goes without a look at the others. */
import { isDisguised } from './disguised.ts';
import { NameIndex } from './name-index.ts';
import { compact, hasHangul, spaced } from './normalize.ts';
import { PhraseTrie } from './phrase-trie.ts';
import {
  canonicalWord,
  inverse,
  kindOf,
  KINDS,
  type Name,
  type ProviderEntry,
  QUALIFIERS,
  qualifierOf,
  type SkillEntry,
  SPELLINGS,
  type Vocabulary,
  type VocabularySource,
  WEAK_WORDS,
  wordsOf,
} from './vocabulary.ts';

export function buildVocabulary(source: VocabularySource): Vocabulary {
  const index = new VocabularyIndex(source);
  for (const skill of source.skills) index.addSkill(skill);
  for (const provider of source.providers) index.addProvider(provider);
  return index;
}

/** Where "production" means "live", the other words for production do too. */
function withGroups(names: ReadonlyMap<string, string>): Map<string, string> {
  const grouped = new Map(names);
  for (const [own, spellings] of QUALIFIERS) {
    const meant = new Set(spellings.flatMap((name) => names.get(compact(name)) ?? []));
    const [only] = meant;
    if (meant.size !== 1 || only === undefined) continue;
    for (const name of [own, ...spellings]) if (!grouped.has(compact(name))) grouped.set(compact(name), only);
  }
  return grouped;
}

interface CountedName {
  readonly name: Name;
  count: number;
}

export class VocabularyIndex implements Vocabulary {
  readonly skills = new Map<string, SkillEntry>();
  readonly providers = new Map<string, ProviderEntry>();
  readonly names = new PhraseTrie<Name>();
  readonly skillNames = new NameIndex();
  readonly providerNames = new NameIndex();
  readonly kindNames = new NameIndex();
  readonly skillWords = new Map<string, Set<string>>();
  readonly qualifiersOf = new Map<string, Set<string>>();
  readonly qualifiers = new Map<string, number>();
  readonly qualifierNames: ReadonlyMap<string, string>;
  /** Phrase and what it names → how many entries say so. */
  readonly #counted = new Map<string, CountedName>();

  constructor({
    kindNames = {},
    qualifierNames = {},
  }: Pick<VocabularySource, 'kindNames' | 'qualifierNames'> = {}) {
    this.qualifierNames = withGroups(inverse(new Map(Object.entries(qualifierNames))));
    for (const [kind, spellings] of [...KINDS, ...Object.entries(kindNames)]) {
      for (const name of spellings) {
        this.#add(name, { is: 'kind', kind });
        this.kindNames.add(name, kind);
      }
    }
    for (const [own, spellings] of [...QUALIFIERS, ...Object.entries(qualifierNames)]) {
      for (const name of spellings)
        this.#add(name, { is: 'qualifier', qualifier: this.qualifierNames.get(compact(name)) ?? own });
    }
  }

  /** In place of the one with the same slug, if there is one. */
  addSkill(skill: SkillEntry): void {
    this.removeSkill(skill.slug);
    this.skills.set(skill.slug, skill);
    for (const name of namesOf(skill)) this.skillNames.add(name, skill.slug);
    for (const name of hangulNames(skill.slug)) this.skillNames.add(name, skill.slug, false);
    for (const [phrase, name] of phrasesOf(skill)) this.#add(phrase, name);
    for (const word of wordsOfSkill(skill)) this.#addWord(word, skill.slug);
  }

  removeSkill(slug: string): void {
    const skill = this.skills.get(slug);
    if (skill === undefined) return;
    this.skills.delete(slug);
    for (const name of namesOfSkill(skill)) this.skillNames.remove(name, slug);
    for (const [phrase, name] of phrasesOf(skill)) this.#remove(phrase, name);
    for (const word of wordsOfSkill(skill)) this.#removeWord(word, slug);
  }

  /** In place of the one with the same slug, if there is one. */
  addProvider(provider: ProviderEntry): void {
    this.removeProvider(provider.slug);
    const { slug, kind } = provider;
    this.providers.set(slug, provider);
    for (const name of namesOf(provider)) {
      this.providerNames.add(name, slug);
      this.#add(name, { is: 'provider', slug });
    }
    this.#add(kind, { is: 'kind', kind });
    const parts = this.#qualifierParts(provider);
    for (const [part, qualifier] of parts) this.#add(part, { is: 'qualifier', qualifier });
    const own = new Set(parts.map(([, qualifier]) => qualifier));
    this.qualifiersOf.set(slug, own);
    for (const word of own) this.qualifiers.set(word, (this.qualifiers.get(word) ?? 0) + 1);
  }

  removeProvider(slug: string): void {
    const provider = this.providers.get(slug);
    if (provider === undefined) return;
    this.providers.delete(slug);
    for (const name of namesOf(provider)) {
      this.providerNames.remove(name, slug);
      this.#remove(name, { is: 'provider', slug });
    }
    this.#remove(provider.kind, { is: 'kind', kind: provider.kind });
    for (const [part, qualifier] of this.#qualifierParts(provider))
      this.#remove(part, { is: 'qualifier', qualifier });
    for (const word of this.qualifiersOf.get(slug) ?? []) {
      const count = this.qualifiers.get(word) ?? 0;
      if (count > 1) this.qualifiers.set(word, count - 1);
      else this.qualifiers.delete(word);
    }
    this.qualifiersOf.delete(slug);
  }

  /** Words of its names that tell it from others of its kind, and what each stands for. */
  #qualifierParts(provider: ProviderEntry): [part: string, qualifier: string][] {
    const { kind } = provider;
    return namesOf(provider)
      .flatMap(wordsOf)
      .filter((part) => kindOf(part) === null && part !== kind)
      .map((part) => [part, this.qualifierNames.get(compact(part)) ?? qualifierOf(part) ?? part]);
  }

  #addWord(word: string, slug: string): void {
    const known = this.skillWords.get(word);
    if (known !== undefined) {
      known.add(slug);
      return;
    }
    this.skillWords.set(word, new Set([slug]));
    for (const spelling of spellingsOf(word)) this.#add(spelling, { is: 'skillWord', word });
  }

  #removeWord(word: string, slug: string): void {
    const known = this.skillWords.get(word);
    known?.delete(slug);
    if (known?.size !== 0) return;
    this.skillWords.delete(word);
    for (const spelling of spellingsOf(word)) this.#remove(spelling, { is: 'skillWord', word });
  }

  #add(phrase: string, name: Name): void {
    const text = spaced(phrase);
    if (text === '') return;
    const key = keyOf(text, name);
    const counted = this.#counted.get(key);
    if (counted !== undefined) {
      counted.count += 1;
      return;
    }
    this.#counted.set(key, { name, count: 1 });
    this.names.add(text, name);
  }

  #remove(phrase: string, name: Name): void {
    const text = spaced(phrase);
    const key = keyOf(text, name);
    const counted = this.#counted.get(key);
    if (counted === undefined) return;
    counted.count -= 1;
    if (counted.count > 0) return;
    this.#counted.delete(key);
    this.names.remove(text, counted.name);
  }
}

/** A display name that looks like another one is no name to go by. */
function namesOf({ slug, displayName }: { readonly slug: string; readonly displayName: string }): string[] {
  return isDisguised(displayName) ? [slug] : [slug, displayName];
}

function namesOfSkill(skill: SkillEntry): string[] {
  return [...namesOf(skill), ...hangulNames(skill.slug)];
}

const MOST_SPELLINGS = 12;

/** "웹 리서치" for `web-research`: names of several words, with words written in Hangul. */
function hangulNames(slug: string): string[] {
  const words = wordsOf(slug);
  if (words.length < 2) return [];
  const written = words.reduce<string[]>(
    (starts, word) =>
      starts
        .flatMap((start) =>
          [...(SPELLINGS.get(word) ?? []).filter(hasHangul), word].map((end) => `${start} ${end}`),
        )
        .slice(0, MOST_SPELLINGS),
    [''],
  );
  return written.filter(hasHangul).map((name) => name.trim());
}

function keyOf(text: string, name: Name): string {
  return `${text}\n${Object.values(name).join('\n')}`;
}

function phrasesOf(skill: SkillEntry): [phrase: string, name: Name][] {
  const own: [string, Name][] = namesOfSkill(skill).map((name) => [name, { is: 'skill', slug: skill.slug }]);
  const labels = skill.versions.filter((label) => !/^v?\d/iu.test(label));
  const refs = [...labels, ...skill.tags, ...skill.branches];
  return [...own, ...refs.map((name): [string, Name] => [name, { is: 'ref', name }])];
}

function wordsOfSkill(skill: SkillEntry): Set<string> {
  const words = namesOf(skill).flatMap(wordsOf).map(canonicalWord);
  return new Set(words.filter((word) => !WEAK_WORDS.has(word)));
}

function spellingsOf(word: string): string[] {
  return [word, ...(SPELLINGS.get(word) ?? [])];
}

/** Which skills, connections and versions the words of a message mean: exact name, then distinctive word, then a slip of the keyboard. */
import { convertQwertyToHangul } from 'es-hangul';
import { compact } from './normalize.ts';
import {
  canonicalWords,
  kindOf,
  qualifierOf,
  type SkillEntry,
  type Vocabulary,
  wordsOf,
} from './vocabulary.ts';

export type Resolution =
  | { readonly is: 'found'; readonly slugs: readonly string[] }
  | { readonly is: 'ambiguous'; readonly slugs: readonly string[] }
  | { readonly is: 'inactive'; readonly slugs: readonly string[] }
  | { readonly is: 'unknown'; readonly slugs: readonly string[] };

const MAX_SUGGESTIONS = 3;
const MAX_NAME_LENGTH = 80;

export function resolveSkill(text: string, vocabulary: Vocabulary): Resolution {
  if (text.length > MAX_NAME_LENGTH) return { is: 'unknown', slugs: [] };
  const exact = vocabulary.skillNames.exact(text);
  if (exact.length > 0) return oneOrMore(exact);
  const byWord = skillsWithWords(wordsOf(text), vocabulary);
  if (byWord.length > 0) return oneOrMore(byWord);
  return nearestName(text, vocabulary.skillNames);
}

/** Skills that have every one of these words; "clean" counts as a beginning of "cleaning". */
function skillsWithWords(words: readonly string[], vocabulary: Vocabulary): string[] {
  const [first, ...others] = words.map((word) => skillsWithWord(word, vocabulary));
  return [...(first ?? [])].filter((slug) => others.every((having) => having.has(slug)));
}

function skillsWithWord(word: string, vocabulary: Vocabulary): ReadonlySet<string> {
  const exact = canonicalWords(word).flatMap((known) => [...(vocabulary.skillWords.get(known) ?? [])]);
  if (exact.length > 0) return new Set(exact);
  const beginning = new Set<string>();
  if (word.length < 4) return beginning;
  const begun = vocabulary.names.below(word).flatMap((name) => (name.is === 'skillWord' ? [name.word] : []));
  const singular = word.endsWith('s') ? [word.slice(0, -1)] : [];
  for (const known of [...begun, ...singular]) {
    if (!known.startsWith(word) && known !== singular[0]) continue;
    for (const slug of vocabulary.skillWords.get(known) ?? []) beginning.add(slug);
  }
  return beginning;
}

/** The parts of one phrase for connections: "prod Claude", "openai-staging", "the Seoul ones". */
export interface ProviderPhrase {
  readonly slugs: readonly string[];
  readonly kinds: readonly string[];
  readonly qualifiers: readonly string[];
  /** Words that are none of these. */
  readonly unknown: string;
  /** "all", or a plural noun: the phrase may mean several connections. */
  readonly plural: boolean;
}

export function resolveProvider(phrase: ProviderPhrase, vocabulary: Vocabulary): Resolution {
  if (phrase.unknown !== '') return resolveUnknownProvider(phrase, vocabulary);
  const matches = [...vocabulary.providers.values()].filter(
    ({ slug, kind }) =>
      phrase.slugs.every((wanted) => wanted === slug) &&
      phrase.kinds.every((wanted) => wanted === kind) &&
      phrase.qualifiers.every((wanted) => vocabulary.qualifiersOf.get(slug)?.has(wanted) ?? false),
  );
  const slugs = matches.map(({ slug }) => slug);
  const active = matches.filter((provider) => provider.active).map(({ slug }) => slug);
  if (matches.length === 0) return { is: 'unknown', slugs: similarProviders(phrase, vocabulary) };
  const isGroup = phrase.kinds.length > 0 || phrase.plural;
  if (matches.length > 1 && !isGroup) return { is: 'ambiguous', slugs };
  return active.length > 0 ? { is: 'found', slugs: active } : { is: 'inactive', slugs };
}

/** "claude-staging" has known parts but names nothing; "openai-stagng" is a slip. */
function resolveUnknownProvider(phrase: ProviderPhrase, vocabulary: Vocabulary): Resolution {
  const exact = vocabulary.providerNames.exact(phrase.unknown);
  const alone = phrase.slugs.length + phrase.kinds.length + phrase.qualifiers.length === 0;
  if (exact.length > 0 && alone) return withActivity(oneOrMore(exact), vocabulary);
  const parts = wordsOf(phrase.unknown).map((word) => ({
    kind: kindOf(word),
    qualifier: qualifierIn(word, vocabulary),
  }));
  if (parts.every(({ kind, qualifier }) => kind !== null || qualifier !== null)) {
    const kinds = parts.flatMap(({ kind }) => (kind === null ? [] : [kind]));
    const qualifiers = parts.flatMap(({ kind, qualifier }) =>
      kind === null && qualifier !== null ? [qualifier] : [],
    );
    return resolveProvider(
      {
        ...phrase,
        unknown: '',
        kinds: [...phrase.kinds, ...kinds],
        qualifiers: [...phrase.qualifiers, ...qualifiers],
      },
      vocabulary,
    );
  }
  if (!alone) return { is: 'unknown', slugs: similarProviders(phrase, vocabulary) };
  const near = nearestName(phrase.unknown, vocabulary.providerNames);
  if (near.is !== 'unknown') return withActivity(near, vocabulary);
  if (parts.length > 1) return near;
  const kinds = nearestName(phrase.unknown, vocabulary.kindNames);
  const [kind] = kinds.slugs;
  if (kinds.is !== 'found' || kind === undefined) return near;
  return resolveProvider({ ...phrase, unknown: '', kinds: [kind] }, vocabulary);
}

function qualifierIn(word: string, vocabulary: Vocabulary): string | null {
  const known = vocabulary.qualifierNames.get(compact(word)) ?? qualifierOf(word);
  if (known !== null) return known;
  return vocabulary.qualifiers.has(word) ? word : null;
}

function similarProviders(phrase: ProviderPhrase, vocabulary: Vocabulary): string[] {
  const some = [...vocabulary.providers.values()].filter(
    ({ slug, kind, active }) =>
      active &&
      (phrase.kinds.includes(kind) ||
        phrase.qualifiers.some((word) => vocabulary.qualifiersOf.get(slug)?.has(word))),
  );
  return some.map(({ slug }) => slug).slice(0, MAX_SUGGESTIONS);
}

function withActivity(resolution: Resolution, vocabulary: Vocabulary): Resolution {
  if (resolution.is !== 'found') return resolution;
  const allActive = resolution.slugs.every((slug) => vocabulary.providers.get(slug)?.active);
  return allActive ? resolution : { is: 'inactive', slugs: resolution.slugs };
}

function oneOrMore(slugs: readonly string[]): Resolution {
  return slugs.length === 1 ? { is: 'found', slugs } : { is: 'ambiguous', slugs };
}

/** The label of a version, tag, branch or commit of this skill, or null. */
export function resolveRef(
  text: string,
  noun: 'version' | 'tag' | 'branch' | 'commit' | null,
  skill: SkillEntry,
): string | null {
  const wanted = text.toLowerCase();
  const same = (label: string): boolean => label.toLowerCase() === wanted;
  if (noun === 'tag') return skill.tags.find(same) ?? null;
  if (noun === 'branch') return skill.branches.find(same) ?? null;
  const isCommit =
    /^[0-9a-f]{7,40}$/u.test(wanted) && skill.commits.some((commit) => commit.startsWith(wanted));
  if (isCommit) return text;
  if (noun === 'commit') return null;
  const version = wanted.replace(/^v(?=\d)/u, '');
  const exact = skill.versions.find((label) => label.replace(/^v(?=\d)/iu, '').toLowerCase() === version);
  const beginning = skill.versions.filter((label) => label.startsWith(`${version}.`));
  // "2" may be the second version or the one labelled 2.0.0.
  if (exact !== undefined) return /^\d+$/u.test(version) && beginning.length > 0 ? null : exact;
  const [only] = beginning;
  if (only !== undefined) return beginning.length === 1 ? only : null;
  return [...skill.tags, ...skill.branches].find(same) ?? null;
}

/** The names within one or two slips of the text; several equally near ones are ambiguous. */
function nearestName(text: string, names: Vocabulary['skillNames']): Resolution {
  const { slipped, similar } = names.near(text);
  return slipped.length > 0 ? oneOrMore(slipped) : { is: 'unknown', slugs: similar };
}

/** Hangul typed with the keyboard left on Latin ("tjfcl" is "설치"), or null. */
export function fromLatinKeyboard(text: string): string | null {
  if (!/^[a-z]{4,}$/iu.test(text)) return null;
  try {
    const hangul = convertQwertyToHangul(text);
    return /^[가-힣]+$/u.test(hangul) ? hangul : null;
  } catch {
    // The library throws where the letters make no syllables, which is the answer and no fault.
    return null;
  }
}

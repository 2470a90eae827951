/** Both languages as one set of phrases to look for. */
import type { Lexicon, Mark, Mood, Sign } from './lexicon.ts';
import { ENGLISH } from './lexicon-en.ts';
import { KOREAN } from './lexicon-ko.ts';
import { spaced } from './normalize.ts';
import { PhraseTrie } from './phrase-trie.ts';

export const LEXICONS: readonly Lexicon[] = [ENGLISH, KOREAN];

/** Particles and endings: they stand at the end of a word, so they may be split off one that is not known. */
export const SUFFIX_MARKS: ReadonlySet<Mark> = new Set<Mark>([
  'toAfter',
  'fromAfter',
  'byAfter',
  'andAfter',
  'orAfter',
  'objectAfter',
  'topicAfter',
  'of',
  'only',
  'exceptPrevious',
]);

export const SIGNS = new PhraseTrie<Sign>();

/** Base forms of verbs by themselves, to recognise mistyped ones. */
export const VERB_BASES: readonly string[] = LEXICONS.flatMap((lexicon) =>
  lexicon.verbs.filter(({ mood }) => mood === 'base').flatMap(({ forms }) => forms),
);

for (const lexicon of LEXICONS) {
  for (const { verb, mood, forms } of lexicon.verbs) {
    const sign: Sign = { is: 'verb', verb, mood };
    for (const form of forms) SIGNS.add(spaced(form), sign);
  }
  for (const [mood, forms] of Object.entries(lexicon.lights) as [Mood, readonly string[]][]) {
    const sign: Sign = { is: 'light', mood };
    for (const form of forms) SIGNS.add(spaced(form), sign);
  }
  for (const [mark, forms] of Object.entries(lexicon.marks) as [Mark, readonly string[]][]) {
    const sign: Sign = { is: 'mark', mark };
    for (const form of forms) SIGNS.add(spaced(form), sign);
  }
}

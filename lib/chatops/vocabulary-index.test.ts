/** An index from which entries came and went is the one that is built of those that are left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { phrasesAt } from './phrase-trie.ts';
import type { ProviderEntry, SkillEntry, Vocabulary } from './vocabulary.ts';
import { buildVocabulary, VocabularyIndex } from './vocabulary-index.ts';

const WORDS = ['pdf', 'tools', '보고서', '엑셀', 'excel', 'prod', 'eu', 'claude', 'a'];
const word = fc.constantFrom(...WORDS);
const slug = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('-'));
const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const list = fc.array(fc.constantFrom('stable', 'beta', '1.0.0', 'main'), { maxLength: 3 });

const skill: fc.Arbitrary<SkillEntry> = fc.record({
  slug,
  displayName: name,
  versions: list,
  tags: list,
  branches: list,
  commits: fc.constant([]),
});
const provider: fc.Arbitrary<ProviderEntry> = fc.record({
  slug,
  displayName: name,
  kind: fc.constantFrom('claude', 'openai'),
  active: fc.boolean(),
});

/** All that an interpretation asks of a vocabulary. */
function answers(vocabulary: Vocabulary) {
  const texts = [
    ...WORDS,
    'pdf-tools',
    'pdf tools',
    'excel prod',
    'stable',
    'pdftool',
    'exel',
    '보고소',
    '1.0.0',
  ];
  const sorted = (values: Iterable<string>) => [...values].toSorted();
  return texts.map((text) => ({
    text,
    phrases: phrasesAt(vocabulary.names, text, 0).map(({ end, values }) => ({
      end,
      values: sorted(values.map((value) => JSON.stringify(value))),
    })),
    below: sorted(new Set(vocabulary.names.below(text).map((value) => JSON.stringify(value)))),
    skill: sorted(vocabulary.skillNames.exact(text)),
    provider: sorted(vocabulary.providerNames.exact(text)),
    near: sorted(vocabulary.skillNames.near(text).slipped),
    word: sorted(vocabulary.skillWords.get(text) ?? []),
    qualifier: vocabulary.qualifiers.has(text),
  }));
}

test('what was added and taken away again leaves nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), skill), { maxLength: 20 }),
      fc.array(fc.tuple(fc.boolean(), provider), { maxLength: 20 }),
      (skills, providers) => {
        const index = new VocabularyIndex();
        const kept = new Map<string, SkillEntry>();
        for (const [isAdded, entry] of skills) {
          if (isAdded) index.addSkill(entry);
          else index.removeSkill(entry.slug);
          if (isAdded) kept.set(entry.slug, entry);
          else kept.delete(entry.slug);
        }
        const connected = new Map<string, ProviderEntry>();
        for (const [isAdded, entry] of providers) {
          if (isAdded) index.addProvider(entry);
          else index.removeProvider(entry.slug);
          if (isAdded) connected.set(entry.slug, entry);
          else connected.delete(entry.slug);
        }
        const built = buildVocabulary({ skills: [...kept.values()], providers: [...connected.values()] });
        assert.deepEqual(answers(index), answers(built));
      },
    ),
  );
});

/** Names in letters that look like Latin ones are no names to go by; names in other scripts are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDisguised } from './disguised.ts';
import { interpret } from './interpret.ts';
import { SAMPLE } from './sample-vocabulary.ts';
import { buildVocabulary } from './vocabulary-index.ts';

test('a word that only looks Latin is a disguise, a word of another script is not', () => {
  for (const name of ['рdf-tools', 'Pdf Tооls', 'сору', 'οpenai', 'PDF 도구 рdf', 'PАYPAL'])
    assert.equal(isDisguised(name), true, name);
  for (const name of ['pdf-tools', 'PDF 도구', 'отчёты', 'ｐｄｆ', 'Ελληνικά', '契約書', 'naïve café'])
    assert.equal(isDisguised(name), false, name);
});

test('a disguised display name is not taken for what it looks like, nor for its own skill', () => {
  const evil = { versions: ['1.0.0'], tags: [], branches: [], commits: [] };
  const vocabulary = buildVocabulary({
    skills: [...SAMPLE.skills.values(), { ...evil, slug: 'evil', displayName: 'рdf tools' }],
    providers: [
      ...SAMPLE.providers.values(),
      { slug: 'worse', kind: 'local', displayName: 'оpenai-prod', active: true },
    ],
  });
  const read = (message: string) => {
    const { accepted, intent, ...rest } = interpret(message, vocabulary);
    return accepted ? intent : 'reason' in rest && rest.reason;
  };
  const plain = { action: 'install', skills: ['pdf-tools'], providers: ['openai-prod'], ref: null };
  assert.deepEqual(read('install pdf-tools on openai-prod'), plain);
  assert.equal(read('install рdf tools on openai-prod'), 'unknown_skill');
  assert.equal(read('install рdf-tools on openai-prod'), 'unknown_skill');
  assert.equal(read('install pdf-tools on оpenai-prod'), 'unknown_provider');
});

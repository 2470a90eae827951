/** Tells names of several words with a slip in them from words that only stand beside a name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpret } from './interpret.ts';
import { SAMPLE } from './sample-vocabulary.ts';
import { buildVocabulary } from './vocabulary-index.ts';

const VOCABULARY = buildVocabulary({
  skills: ['log-search', 'data-cleaning', 'data-cleaning-pro'].map((slug) => ({
    slug,
    displayName: slug,
    versions: ['1.0.0'],
    tags: [],
    branches: [],
    commits: [],
  })),
  providers: [
    { slug: 'openai-staging', kind: 'openai', displayName: 'OpenAI Staging', active: true },
    { slug: 'openai-prod', kind: 'openai', displayName: 'OpenAI Production', active: true },
  ],
});

function targets(message: string): string {
  const result = interpret(message, VOCABULARY);
  return result.accepted
    ? `${result.intent.skills.join(' ')} @ ${result.intent.providers.join(' ')}`
    : result.reason;
}

for (const [message, expected] of [
  ['install Log Serch on openai-prod', 'log-search @ openai-prod'],
  ['install log-search on OenAI Staging', 'log-search @ openai-staging'],
  ['install log-search on OpenAI Prodcution', 'log-search @ openai-prod'],
  ['is log-search installed on OpenAI Stqging?', 'log-search @ openai-staging'],
  ['install Daa Cleaning Pro on openai-prod', 'data-cleaning-pro @ openai-prod'],
  ['openai-prod에 Log Serch 설치해줘', 'log-search @ openai-prod'],
  ['install log-search on OpenAI Mars', 'unknown_provider'],
] as const)
  test(`a slip in a name of several words: ${message}`, () => assert.equal(targets(message), expected));

test('a word beside a name stays a word', () => {
  const result = interpret('install docx on claude-prod for Minji', SAMPLE);
  assert.ok(result.accepted);
  assert.deepEqual(result.intent.skills, ['docx']);
});

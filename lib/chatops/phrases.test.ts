/** Reads sentences put together from phrases and names at random; every one has to be understood as its phrase is meant. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { parseWorld, score, vocabularyOf } from '../../test/chatops/evaluate.ts';
import { compose, readPhrases, seeded } from '../../test/chatops/phrases.ts';

const FOLDER = new URL('../../test/chatops/', import.meta.url);
const ROUNDS = 3;

test('sentences put together from phrases and names are understood', (context) => {
  const file = (name: string): string => fileURLToPath(new URL(name, FOLDER));
  const world = parseWorld(file('world.json'));
  const vocabulary = vocabularyOf(world);
  const phrases = readPhrases(file('phrases.tsv'));
  const seed = Number(process.env['SEED'] ?? 1);
  context.diagnostic(`seed ${seed}, ${phrases.length} phrases (others with SEED=…)`);
  const random = seeded(seed);
  const missed = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const phrase of phrases) {
      const scored = score(compose(phrase, world, random), vocabulary);
      if (!scored.isRight)
        missed.add(`${scored.label.text}\n  meant ${phrase.label}, read ${JSON.stringify(scored.decision)}`);
    }
  assert.deepEqual([...missed], []);
});

/** Measures the interpreter against the labelled messages, where they are at hand. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { accuracy, readSentences, readWorld, score } from '../../test/chatops/evaluate.ts';

const FOLDER = new URL('../../../shared/chatops-corpus/', import.meta.url);
const isThere = existsSync(new URL('dev.jsonl', FOLDER));

test('labelled messages: nothing is accepted wrongly, and nearly all are read rightly', {
  skip: !isThere,
}, (context) => {
  const file = (name: string): string => fileURLToPath(new URL(name, FOLDER));
  const vocabulary = readWorld(file('world.json'));
  const scored = readSentences(file('dev.jsonl')).map((label) => score(label, vocabulary));
  const wrong = scored.filter(({ isWronglyAccepted }) => isWronglyAccepted);
  assert.deepEqual(
    wrong.map(({ label }) => label.text),
    [],
  );
  const right = scored.filter(({ isRight }) => isRight).length;
  context.diagnostic(`overall accuracy: ${accuracy(scored)}`);
  assert.ok(right / scored.length >= 0.98, accuracy(scored));
});

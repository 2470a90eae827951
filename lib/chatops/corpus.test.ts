/** Measures the interpreter against the labelled messages, where they are at hand. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { readSentences, readWorld, score } from '../../test/chatops/evaluate.ts';

const FOLDER = new URL('../../../shared/chatops-corpus/', import.meta.url);
const isThere = existsSync(new URL('dev.jsonl', FOLDER));

test('labelled messages: nothing is accepted wrongly, installs and reasons are recognised', {
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
  const installs = scored.filter(({ label }) => label.expect.action === 'install');
  const understood = installs.filter(({ isRight }) => isRight).length;
  const refusals = scored.filter(({ label }) => !label.expect.accepted);
  const reasons = refusals.filter(({ isRight }) => isRight).length;
  context.diagnostic(`installs ${understood}/${installs.length}, reasons ${reasons}/${refusals.length}`);
  assert.ok(understood / installs.length >= 0.9, `${understood} of ${installs.length} installs`);
  assert.ok(reasons / refusals.length >= 0.9, `${reasons} of ${refusals.length} reasons`);
});

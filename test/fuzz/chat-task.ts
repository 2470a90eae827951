/** Reads messages as chat does: every one gets one answer, of names that there are, and the same one again. */
import assert from 'node:assert/strict';
import { type Interpretation, interpret } from '../../lib/chatops/interpret.ts';
import { REFUSAL_REASONS } from '../../lib/chatops/refusals.ts';
import { SAMPLE } from '../../lib/chatops/sample-vocabulary.ts';
import { maskSecrets } from '../../lib/kernel/mask-secrets.ts';
import type { Task } from './task.ts';

const DESTRUCTIVE = new Set(['uninstall', 'rollback']);

export const chatTask: Task = (input) => {
  const messages = input as readonly string[];
  const read = messages.map((message) => interpret(message, SAMPLE));
  const masked = messages.map(maskSecrets);
  return Promise.resolve(() => {
    messages.forEach((message, at) => {
      assert.equal(typeof masked[at], 'string');
      assert.deepEqual(interpret(message, SAMPLE), read[at], 'another answer the second time');
    });
    const outcomes = read.map(outcomeOf);
    return Promise.resolve(outcomes.find((outcome) => outcome === 'accepted') ?? outcomes[0] ?? 'nothing');
  });
};

function outcomeOf(read: Interpretation): string {
  if (!read.accepted) {
    assert.ok(REFUSAL_REASONS.includes(read.reason));
    return read.reason;
  }
  const { action, skills, providers } = read.intent;
  assert.ok(
    skills.every((slug) => SAMPLE.skills.has(slug)),
    'a skill that is not there',
  );
  assert.ok(
    providers.every((slug) => SAMPLE.providers.has(slug)),
    'a connection that is not there',
  );
  assert.ok(!DESTRUCTIVE.has(action) || read.needsConfirmation, 'taken away without asking');
  return 'accepted';
}

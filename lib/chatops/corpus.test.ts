/** Measures the interpreter against the labelled messages, where they are at hand. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { type Interpretation, interpret } from './interpret.ts';
import { buildVocabulary, type Vocabulary } from './vocabulary.ts';

const FOLDER = new URL('../../../shared/chatops-corpus/', import.meta.url);
const isThere = existsSync(new URL('dev.jsonl', FOLDER));

const Labelled = z.object({
  text: z.string(),
  expect: z.object({
    accepted: z.boolean(),
    action: z.string().nullable(),
    skills: z.array(z.string()),
    providers: z.array(z.string()),
    ref: z.string().nullable(),
    needs_confirmation: z.boolean(),
  }),
  reason: z.string().nullable(),
});
type Labelled = z.infer<typeof Labelled>;

const World = z.object({
  skills: z.array(
    z.object({
      slug: z.string(),
      displayName: z.string(),
      versions: z.array(z.string()),
      tags: z.array(z.string()),
      branches: z.array(z.string()),
      commits: z.array(z.string()),
    }),
  ),
  providers: z.array(
    z.object({ slug: z.string(), kind: z.string(), displayName: z.string(), status: z.string() }),
  ),
});

function readWorld(): Vocabulary {
  const world = World.parse(JSON.parse(readFileSync(new URL('world.json', FOLDER), 'utf8')));
  const providers = world.providers.map(({ status, ...provider }) => ({
    ...provider,
    active: status === 'active',
  }));
  return buildVocabulary({ skills: world.skills, providers });
}

function readMessages(): Labelled[] {
  const lines = readFileSync(new URL('dev.jsonl', FOLDER), 'utf8').trim().split('\n');
  return lines.map((line) => Labelled.parse(JSON.parse(line)));
}

function isAsLabelled(result: Interpretation, { expect }: Labelled): boolean {
  if (!result.accepted || !expect.accepted) return result.accepted === expect.accepted;
  const { action, skills, providers, ref } = result.intent;
  const same = (some: readonly string[], others: readonly string[]): boolean =>
    some.toSorted().join() === others.toSorted().join();
  return (
    action === expect.action &&
    same(skills, expect.skills) &&
    same(providers, expect.providers) &&
    ref === expect.ref &&
    result.needsConfirmation === expect.needs_confirmation
  );
}

test('labelled messages: nothing is accepted wrongly, installs and reasons are recognised', {
  skip: !isThere,
}, (context) => {
  const vocabulary = readWorld();
  const results = readMessages().map((label) => ({ label, result: interpret(label.text, vocabulary) }));
  const wrong = results.filter(({ label, result }) => result.accepted && !isAsLabelled(result, label));
  assert.deepEqual(
    wrong.map(({ label }) => label.text),
    [],
  );
  const installs = results.filter(({ label }) => label.expect.action === 'install');
  const understood = installs.filter(({ label, result }) => isAsLabelled(result, label)).length;
  const refusals = results.filter(({ label }) => !label.expect.accepted);
  const reasons = refusals.filter(
    ({ label, result }) => !result.accepted && result.reason === label.reason,
  ).length;
  context.diagnostic(`installs ${understood}/${installs.length}, reasons ${reasons}/${refusals.length}`);
  assert.ok(understood / installs.length >= 0.9, `${understood} of ${installs.length} installs`);
  assert.ok(reasons / refusals.length >= 0.9, `${reasons} of ${refusals.length} reasons`);
});

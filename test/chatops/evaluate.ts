/** Labelled sentences in a world of skills and providers: how the interpreter decides, and how often it is right. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Interpretation, interpret } from '../../lib/chatops/interpret.ts';
import type { Vocabulary } from '../../lib/chatops/vocabulary.ts';
import { buildVocabulary } from '../../lib/chatops/vocabulary-index.ts';

const Labelled = z.object({
  id: z.string(),
  lang: z.string(),
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
export type Labelled = z.infer<typeof Labelled>;

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
  kindNames: z.record(z.string(), z.array(z.string())).optional(),
  qualifierNames: z.record(z.string(), z.array(z.string())).optional(),
});

export type World = z.infer<typeof World>;

/** As `--answers` writes it, one a line. */
export interface Decision {
  readonly id: string;
  readonly accepted: boolean;
  readonly action: string | null;
  readonly skills: readonly string[];
  readonly providers: readonly string[];
  readonly ref: string | null;
  readonly needs_confirmation: boolean;
  readonly reason: string | null;
}

export interface Scored {
  readonly label: Labelled;
  readonly decision: Decision;
  readonly isRight: boolean;
  /** Accepted although it is to be refused, or to do something else than was meant. */
  readonly isWronglyAccepted: boolean;
}

export function readWorld(file: string): Vocabulary {
  return vocabularyOf(parseWorld(file));
}

export function parseWorld(file: string): World {
  return World.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export function vocabularyOf(world: World): Vocabulary {
  const providers = world.providers.map(({ status, ...provider }) => ({
    ...provider,
    active: status === 'active',
  }));
  const { skills, kindNames, qualifierNames } = world;
  return buildVocabulary({ skills, providers, kindNames, qualifierNames });
}

/** Throws with the number of the line that is not a labelled sentence. */
export function readSentences(file: string): Labelled[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [Labelled.parse(JSON.parse(line))];
    } catch (error) {
      throw new Error(`${file}:${index + 1} is not a labelled sentence`, { cause: error });
    }
  });
}

export function score(label: Labelled, vocabulary: Vocabulary): Scored {
  const decision = decisionOf(label.id, interpret(label.text, vocabulary));
  const isRight = isAsLabelled(decision, label, vocabulary);
  return { label, decision, isRight, isWronglyAccepted: decision.accepted && !isRight };
}

function decisionOf(id: string, result: Interpretation): Decision {
  const { intent } = result;
  return {
    id,
    accepted: result.accepted,
    action: intent?.action ?? null,
    skills: intent?.skills ?? [],
    providers: intent?.providers ?? [],
    ref: intent?.ref ?? null,
    needs_confirmation: result.accepted && result.needsConfirmation,
    reason: result.accepted ? null : result.reason,
  };
}

/** Accepted ones by everything that would be done; refused ones by their reason. */
function isAsLabelled(decision: Decision, { expect, reason }: Labelled, { providers }: Vocabulary): boolean {
  if (!decision.accepted || !expect.accepted)
    return decision.accepted === expect.accepted && decision.reason === reason;
  const same = (some: readonly string[], others: readonly string[]): boolean =>
    some.toSorted().join() === others.toSorted().join();
  // Asked about everywhere, no connection and all of them are the same.
  const active = [...providers.values()].filter((provider) => provider.active).map(({ slug }) => slug);
  const asks = expect.action === 'status' || expect.action === 'list';
  const wide = (slugs: readonly string[]): readonly string[] => (asks && slugs.length === 0 ? active : slugs);
  return (
    decision.action === expect.action &&
    same(decision.skills, expect.skills) &&
    same(wide(decision.providers), wide(expect.providers)) &&
    decision.ref === expect.ref &&
    decision.needs_confirmation === expect.needs_confirmation
  );
}

/** `98.3 % (236/240)` */
export function accuracy(scored: readonly Scored[]): string {
  const right = scored.filter(({ isRight }) => isRight).length;
  return `${((100 * right) / Math.max(1, scored.length)).toFixed(1)} % (${right}/${scored.length})`;
}

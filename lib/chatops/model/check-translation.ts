/** A model's answer → an intent, or nothing: it is believed no more than a stranger's request would be. (pure) */
import { z } from 'zod';
import type { Intent, Interpretation, Subject } from '../interpret.ts';
import { ACTIONS, type Action, type Language } from '../lexicon.ts';
import { resolveRef } from '../resolve-names.ts';
import type { Vocabulary } from '../vocabulary.ts';

const MOST_NAMES = 100;
const Names = z.array(z.string().max(200)).max(MOST_NAMES);

export const SUBJECTS = ['skills', 'connections', 'runs'] as const satisfies readonly Subject[];

/** `action` null: the message asks for nothing of this. */
const Translation = z.strictObject({
  action: z.enum(ACTIONS).nullable(),
  skills: Names,
  providers: Names,
  ref: z.string().max(200).nullable(),
  subject: z.enum(SUBJECTS),
});

const READING: ReadonlySet<Action> = new Set<Action>(['status', 'list', 'help']);
const STEERING: ReadonlySet<Action> = new Set<Action>(['cancel', 'retry']);

/** Null for whatever does not hold. Every change is asked about first, whatever the grammar would have done. */
export function checkTranslation(
  answer: unknown,
  vocabulary: Vocabulary,
  language: Language,
): (Interpretation & { accepted: true }) | null {
  const read = Translation.safeParse(answer);
  if (!read.success || read.data.action === null) return null;
  const { action, ref, subject } = read.data;
  const skills = [...new Set(read.data.skills)];
  const providers = [...new Set(read.data.providers)];
  const intent: Intent = { action, skills, providers, ref };
  const isKnown =
    skills.every((slug) => vocabulary.skills.has(slug)) &&
    providers.every((slug) => vocabulary.providers.get(slug)?.active === true) &&
    hasTargets(intent) &&
    hasRef(intent, vocabulary);
  if (!isKnown) return null;
  return { accepted: true, intent, subject, needsConfirmation: !READING.has(action), language };
}

function hasTargets({ action, skills, providers }: Intent): boolean {
  if (READING.has(action)) return true;
  if (STEERING.has(action)) return skills.length + providers.length > 0;
  return skills.length > 0 && providers.length > 0;
}

/** A version that each of the skills has. */
function hasRef({ action, skills, ref }: Intent, vocabulary: Vocabulary): boolean {
  if (ref === null) return true;
  if (READING.has(action) || STEERING.has(action)) return false;
  return skills.every((slug) => {
    const skill = vocabulary.skills.get(slug);
    return skill !== undefined && resolveRef(ref, null, skill) === ref;
  });
}

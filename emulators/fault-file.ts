/** Fault plans as people write them: a JSON file with steps per provider, checked, with errors that say where. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type FaultPlan, seededRandom } from './faults.ts';

export const EMULATED_KINDS = ['openai', 'claude', 'gemini'] as const;
export type EmulatedKind = (typeof EMULATED_KINDS)[number];
export type FaultPlans = Record<EmulatedKind, FaultPlan>;

const Milliseconds = z.number().min(0).max(86_400_000);
const Size = z.int().min(1);

const Pattern = z.string().refine(isPattern, 'is not a regular expression');

const Answer = z.union([
  z.enum(['ok', 'drop', 'half-open', 'malformed', 'truncated', 'html', 'duplicate-ids', 'wrong-type']),
  z.strictObject({ slow: Size }),
  z.strictObject({ oversized: Size }),
  z.strictObject({
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z.json().exactOptional(),
  }),
]);

const Step = z.strictObject({
  match: z
    .strictObject({ method: z.string().exactOptional(), path: Pattern.exactOptional() })
    .exactOptional(),
  times: Size.exactOptional(),
  chance: z.number().min(0).max(1).exactOptional(),
  delayMs: Milliseconds.exactOptional(),
  apply: z.boolean().exactOptional(),
  applyAfterMs: Milliseconds.exactOptional(),
  then: Answer.exactOptional(),
});

const Steps = z.array(Step).default([]);
const PlanFile = z.strictObject({ seed: z.int().default(1), openai: Steps, claude: Steps, gemini: Steps });

/** Throws an Error that lists every place that is wrong. */
export function parsePlans(text: string): FaultPlans {
  const parsed = PlanFile.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`the fault plan is wrong:\n${z.prettifyError(parsed.error)}`);
  const { seed, ...scripts } = parsed.data;
  const planOf = (kind: EmulatedKind): FaultPlan => ({ script: scripts[kind], random: seededRandom(seed) });
  return { openai: planOf('openai'), claude: planOf('claude'), gemini: planOf('gemini') };
}

export async function readPlans(file: string | undefined): Promise<FaultPlans> {
  return parsePlans(file === undefined ? '{}' : await readFile(file, 'utf8'));
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`the fault plan is not JSON: ${error instanceof Error ? error.message : 'broken'}`, {
      cause: error,
    });
  }
}

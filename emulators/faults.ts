/** Scripted faults around an emulator: whether a request is applied and what is answered are told apart. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from './emulator.ts';
import { answerWith, usesOwnAnswer, type FaultAnswer } from './fault-answers.ts';

export interface FaultStep {
  /** Which requests may consume this step; every one unless told. `path` is the source of a RegExp. */
  readonly match?: { readonly method?: string; readonly path?: string };
  /** How many requests it takes until it is used up; 1 unless told. */
  readonly times?: number;
  /** The probability, 0 to 1, with which a request that matches meets it; 1 unless told. */
  readonly chance?: number;
  readonly delayMs?: number;
  /** Whether the emulator carries the request out. Unless told: yes where its own answer is sent, no for all others. */
  readonly apply?: boolean;
  /** Carries the request out so much later than it was answered, instead of before. */
  readonly applyAfterMs?: number;
  readonly then?: FaultAnswer;
}

/** A step is taken out of the script by the last request it is for; add steps at any time. */
export interface FaultPlan {
  script: FaultStep[];
  /** Decides about `chance`; `seededRandom` makes one that can be repeated. */
  readonly random?: () => number;
}

export function withFaults(emulator: Emulator, plan: FaultPlan): Emulator {
  return async function faulty(request) {
    const step = takeStep(plan, request);
    if (!step) return await emulator(request);
    const then = step.then ?? 'ok';
    if (step.delayMs) await sleep(step.delayMs);
    if (step.applyAfterMs !== undefined) {
      const late = request.clone();
      setTimeout(() => void emulator(late), step.applyAfterMs);
      return await answerWith(then, null, request.signal);
    }
    const works = step.apply ?? usesOwnAnswer(then);
    return await answerWith(then, works ? await emulator(request) : null, request.signal);
  };
}

function takeStep(plan: FaultPlan, request: Request): FaultStep | undefined {
  const { pathname } = new URL(request.url);
  const index = plan.script.findIndex(({ match, chance = 1 }) => {
    if (match?.method !== undefined && match.method !== request.method) return false;
    if (match?.path !== undefined && !new RegExp(match.path).test(pathname)) return false;
    return chance >= 1 || (plan.random ?? Math.random)() < chance;
  });
  const step = plan.script[index];
  if (!step) return undefined;
  const left = (step.times ?? 1) - 1;
  plan.script.splice(index, 1, ...(left > 0 ? [{ ...step, times: left }] : []));
  return step;
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return function random() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

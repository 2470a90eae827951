/** The closed list of reasons for which a chat message is refused, in the order in which they win over each other. */

export const REFUSAL_REASONS = [
  'unsafe',
  'not_a_command',
  'multiple_actions',
  'unsupported_action',
  'unknown_skill',
  'ambiguous_skill',
  'missing_skill',
  'unknown_provider',
  'ambiguous_provider',
  'inactive_provider',
  'missing_provider',
  'unknown_ref',
  'blocked_skill',
  'not_understood',
  'forbidden',
  'plan_changed',
  'confirmation_expired',
  'confirmation_required',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Something that speaks against carrying a message out. */
export interface Objection {
  readonly reason: RefusalReason;
  readonly suggestions: readonly string[];
}

export function objection(reason: RefusalReason, suggestions: readonly string[] = []): Objection {
  return { reason, suggestions };
}

/** The objection to tell the user about: the first by the order of reasons, then by the order found. */
export function strongest(objections: readonly Objection[]): Objection | null {
  let best: Objection | null = null;
  for (const candidate of objections) {
    if (best === null || rank(candidate.reason) < rank(best.reason)) best = candidate;
  }
  return best;
}

function rank(reason: RefusalReason): number {
  return REFUSAL_REASONS.indexOf(reason);
}

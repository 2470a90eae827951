/** What becomes of a message, before it is put into words. */
import { AppError } from '../kernel/errors.ts';
import type { Outcome, Planned } from './acting/deed.ts';
import type { Intent } from './interpret.ts';
import type { RefusalReason } from './refusals.ts';

export type Decision =
  | {
      readonly is: 'planned';
      readonly intent: Intent;
      readonly planned: Planned;
      readonly needsConfirmation: boolean;
    }
  | { readonly is: 'asked'; readonly intent: Intent; readonly planned: Planned }
  | { readonly is: 'done'; readonly intent: Intent; readonly outcome: Outcome }
  | Refusal;

interface Refusal {
  readonly is: 'refused';
  readonly reason: RefusalReason;
  readonly intent: Intent | null;
  readonly suggestions: readonly string[];
  /** What the API would have answered, where it was the API that refused. */
  readonly detail: string | null;
  /** Instead of what is said for the reason. */
  readonly reply?: string;
}

export function refused(reason: RefusalReason, intent: Intent | null, detail: string | null = null): Refusal {
  return { is: 'refused', reason, intent, suggestions: [], detail };
}

/** Nobody is asked about what could not be done anyway. */
export function refuseBlockedPlan(intent: Intent, { plan }: Planned): Refusal | null {
  const reasons = plan.flatMap((entry) =>
    entry.reasons.map((reason) => `${entry.skill} on ${entry.provider}: ${reason}`),
  );
  return reasons.length === 0 ? null : refused('blocked_skill', intent, reasons.join(' '));
}

/** Refusals of the API's own verbs, in the words of chat; null for everything that is not one. */
export function refusalOf(error: unknown, intent: Intent): Refusal | null {
  if (!(error instanceof AppError)) return null;
  switch (error.code) {
    case 'conflict:provider':
      return refused('inactive_provider', intent, error.detail);
    case 'not_found:skill':
    case 'bad_gateway:skill':
    case 'timeout:skill':
    case 'offline:skill':
      return refused('unknown_ref', intent, error.detail);
    // What a repository has for the ref is no skill.
    case 'bad_request:api':
      return refused('unknown_ref', intent, error.issues[0]?.message ?? error.detail);
    case 'conflict:skill':
      return refused(isOfRef(error) ? 'unknown_ref' : 'blocked_skill', intent, error.detail);
    case 'conflict:install_run':
      return refused('plan_changed', intent, error.detail);
    case 'unprocessable:install_run':
      return refused('unsupported_action', intent, error.issues[0]?.message ?? error.detail);
    default:
      return null;
  }
}

function isOfRef({ issues }: AppError): boolean {
  return issues[0]?.path === '/ref';
}

/** Asks before it acts: a token that one principal can use once, within ten minutes, for exactly the plan that was shown. */
import { createHash, randomBytes } from 'node:crypto';
import type { Context, TxContext } from '../../kernel/context.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Intent } from '../interpret.ts';
import { Intent as StoredIntent } from '../schema.ts';
import type { Planned } from './deed.ts';
import { insertConfirmation, selectConfirmation, takeConfirmation } from './confirmation-store.ts';

const VALID_MS = 10 * 60_000;

/** `token` is not stored, only its hash. */
export interface Confirmation {
  readonly token: string;
  readonly expiresAt: string;
}

/** What was asked about. */
export interface Asked {
  readonly actionId: string;
  readonly message: string;
  readonly language: 'en' | 'ko';
  readonly intent: Intent;
  readonly planDigest: string;
  readonly runIds: readonly string[];
}

export async function askToConfirm(
  tx: TxContext,
  { actionId, intent, planned }: { actionId: string; intent: Intent; planned: Planned },
): Promise<Confirmation> {
  const token = `cfm_${randomBytes(24).toString('base64url')}`;
  const expiresAt = await insertConfirmation(tx, {
    tokenHash: hashOf(token),
    actionId,
    principal: tx.principal,
    intent,
    planDigest: digestOf(planned),
    runIds: planned.runs.map(({ id }) => id),
    validMs: VALID_MS,
  });
  return { token, expiresAt: expiresAt.toISOString() };
}

/** What the token was given for, used or not; null when this principal never got it. */
export async function findAsked(ctx: Context, token: string): Promise<Asked | null> {
  const row = await selectConfirmation(ctx, hashOf(token), ctx.principal);
  if (row === undefined) return null;
  return {
    actionId: row.actionId,
    message: row.message,
    language: row.language === 'ko' ? 'ko' : 'en',
    // It was accepted by the interpreter when it was stored.
    intent: StoredIntent.parse(row.intent) as Intent,
    planDigest: row.planDigest,
    runIds: row.runIds,
  };
}

/** Once; false when it is used, too old, unknown or somebody else's. */
export async function useToken(tx: TxContext, token: string): Promise<boolean> {
  return await takeConfirmation(tx, hashOf(token), tx.principal);
}

/** Two plans with the same digest do the same to the same targets. */
export function digestOf({ plan }: Planned): string {
  const steps = plan.map(({ skill, provider, from, to, effect }) => ({
    skill,
    provider,
    from: from?.digest ?? null,
    to: to?.digest ?? null,
    effect,
  }));
  return hashOf(canonicalJson(steps));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

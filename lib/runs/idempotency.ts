/** Idempotency keys: principal + route + key → the first answer, kept in the transaction that made it. */
import { hash } from 'node:crypto';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { reserveIdempotencyKey, selectIdempotencyKey, storeIdempotentResponse } from './store.ts';

export interface IdempotentRequest {
  readonly route: string;
  readonly key: string;
  readonly body: Json;
}

/** Whether the key was used before, with whatever body; what one in flight does is not seen. */
export async function isRepeated(ctx: Context, request: IdempotentRequest | null): Promise<boolean> {
  return request !== null && (await selectIdempotencyKey(ctx, request.route, nameOf(request))) !== undefined;
}

/**
 * Runs `act` once a key. A second request with the same key waits for the first one's commit, then gets its answer.
 * Throws `unprocessable:install_run` when the key was used with another body.
 */
export async function onceForKey<T>(
  tx: TxContext,
  request: IdempotentRequest | null,
  act: () => Promise<T>,
): Promise<{ answer: T; isReplay: boolean }> {
  if (request === null) return { answer: await act(), isReplay: false };
  const fingerprint = hash('sha256', canonicalJson(request.body), 'base64url');
  const name = nameOf(request);
  const isFirst = await reserveIdempotencyKey(tx, request.route, name, fingerprint);
  if (!isFirst) {
    const first = await selectIdempotencyKey(tx, request.route, name);
    if (first?.fingerprint !== fingerprint) {
      throw new AppError(
        'unprocessable:install_run',
        'This Idempotency-Key was used with another request body',
        {
          issues: [{ path: '/headers/idempotency-key', message: 'use a new key for a new request' }],
        },
      );
    }
    // The response was stored by `act` of this very function, in the transaction that reserved the key.
    return { answer: first.response as T, isReplay: true };
  }
  const answer = await act();
  await storeIdempotentResponse(tx, request.route, name, JSON.stringify(answer));
  return { answer, isReplay: false };
}

/** A digest is enough to know a key again, whatever somebody took for one. */
function nameOf({ key }: IdempotentRequest): string {
  return hash('sha256', key, 'base64url');
}

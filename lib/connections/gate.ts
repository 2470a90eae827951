/** What the outcome of an attempt says about its connection: up, failing, or asking for patience. (pure) */
import type { StoredCode } from '../kernel/errors.ts';
import type { ProviderFailure } from '../providers/adapter.ts';

/** Runs at a time in one connection that does not say otherwise (`maxConcurrent`). */
export const DEFAULT_CONCURRENT = 16;

/** After this many failures in a row a connection is left alone for a while, then tried with one run. */
export const FAILURES_TO_CLOSE = 5;

const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 300_000;

export type GateSignal =
  /** It answered: whatever was wrong with it is over. */
  | { readonly type: 'up' }
  /** It did not answer, or answered with an error of its own. */
  | { readonly type: 'failing'; readonly because: string }
  /** It asked to be left alone for so many milliseconds. */
  | { readonly type: 'busy'; readonly waitMs: number; readonly because: string };

/** Failures of ours say nothing about the connection: null. */
export function signalOf(failure: ProviderFailure | null): GateSignal | null {
  if (failure === null) return { type: 'up' };
  const because = failure.message;
  if (failure.code === 'rate_limit:provider') {
    return failure.retryAfterMs === null
      ? { type: 'up' }
      : { type: 'busy', waitMs: failure.retryAfterMs, because };
  }
  if (failure.code === 'bad_gateway:provider' || failure.code === 'timeout:provider')
    return { type: 'failing', because };
  return failure.providerStatus === null ? null : { type: 'up' };
}

/** How long a connection is left alone after so many failures in a row; 0 while they are few. */
export function pauseMs(failures: number): number {
  if (failures < FAILURES_TO_CLOSE) return 0;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - FAILURES_TO_CLOSE, 20));
}

/** A refused credential concerns every run of the connection, not this one alone. */
export function refusesCredential(failure: ProviderFailure): boolean {
  return (
    (failure.code === 'unauthorized:provider' || failure.code === 'forbidden:provider') &&
    (failure.providerStatus === 401 || failure.providerStatus === 403)
  );
}

/**
 * How a number of requests a minute is kept: so many at once, then one each interval, so that no minute ever sees more.
 */
export function paceOf(requestsPerMinute: number): { readonly burst: number; readonly intervalMs: number } {
  const burst = Math.max(1, Math.floor(requestsPerMinute / 4));
  return { burst, intervalMs: 60_000 / (requestsPerMinute - burst + 1) };
}

/** A reason of ours to wait, without a request. */
export function ownWait(code: StoredCode, message: string, retryAfterMs: number): ProviderFailure {
  const unasked = { providerStatus: null, providerCode: null, providerRequestId: null };
  return { code, message, retryable: true, retryAfterMs, ...unasked, effect: 'not_applied' };
}

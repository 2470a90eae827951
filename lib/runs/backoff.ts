/** When to try again: exponential with full jitter, never before the provider said. (pure) */

const BASE_MS = 1000;
export const LONGEST_BACKOFF_MS = 300_000;

/** Milliseconds to wait after `attempt` failed; `random` is in [0, 1). A provider's own wish wins when it is longer. */
export function backoffMs(attempt: number, retryAfterMs: number | null, random: number): number {
  const ceiling = Math.min(LONGEST_BACKOFF_MS, BASE_MS * 2 ** Math.min(attempt - 1, 20));
  return Math.max(Math.round(random * ceiling), retryAfterMs ?? 0);
}

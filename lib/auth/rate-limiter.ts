/** How many requests somebody may make: a bucket in the database for all processes, used up in small portions here. */
import type { Environment } from '../kernel/context.ts';
import { takeFromBucket } from './rate-limit-store.ts';

export interface RateLimit {
  readonly perMinute: number;
  /** How many may come at once. */
  readonly burst: number;
  /** One more is allowed after so long. */
  readonly intervalMs: number;
}

export interface Allowance {
  readonly isAllowed: boolean;
  readonly limit: RateLimit;
  /** How many more may come at once, as far as this process knows. */
  readonly remaining: number;
  /** Until as many as ever may come at once. */
  readonly fullInMs: number;
  /** Until the next one may come; 0 when it may at once. */
  readonly waitMs: number;
}

const MOST_BUCKETS = 10_000;
/** Counting must not hold up the answer that the database is not there. */
const ANSWER_MS = 500;
const UNCOUNTED_MS = 2000;
/** A portion is used up within this, or forgotten. */
const PORTION_MS = 10_000;

interface Portion {
  left: number;
  fullAt: number;
  refusedUntil: number;
  until: number;
  taking: Promise<void> | null;
}

export function rateLimit(perMinute: number): RateLimit {
  const burst = Math.max(1, Math.floor(perMinute / 10));
  return { perMinute, burst, intervalMs: 60_000 / perMinute };
}

export class RateLimiter {
  readonly #env: Environment;
  readonly #portions = new Map<string, Portion>();
  /** Until then the database is not asked, as it gave no answer a moment ago. */
  #uncountedUntil = 0;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Counts one request. While the database does not answer nothing is refused: the request will say what is wrong. */
  async take(bucket: string, limit: RateLimit): Promise<Allowance> {
    const portion = this.#portionOf(bucket);
    while (portion.left === 0 && Date.now() >= portion.refusedUntil) {
      portion.taking ??= this.#refill(bucket, portion, limit).finally(() => {
        portion.taking = null;
      });
      await portion.taking;
    }
    const now = Date.now();
    const isAllowed = portion.left > 0;
    if (isAllowed) portion.left -= 1;
    const fullInMs = Math.max(0, portion.fullAt - now);
    const free = Math.floor(limit.burst - fullInMs / limit.intervalMs + 0.001);
    return {
      isAllowed,
      limit,
      remaining: Math.max(0, Math.min(limit.burst, portion.left + free)),
      fullInMs,
      waitMs: isAllowed ? 0 : Math.max(1, portion.refusedUntil - now),
    };
  }

  #portionOf(bucket: string): Portion {
    const now = Date.now();
    let portion = this.#portions.get(bucket);
    if (!portion || (portion.until < now && portion.taking === null)) {
      portion = { left: 0, fullAt: now, refusedUntil: 0, until: now + PORTION_MS, taking: null };
      this.#portions.delete(bucket);
      this.#portions.set(bucket, portion);
      const [oldest] = this.#portions.keys();
      if (this.#portions.size > MOST_BUCKETS && oldest !== undefined) this.#portions.delete(oldest);
    }
    return portion;
  }

  async #refill(bucket: string, portion: Portion, limit: RateLimit): Promise<void> {
    // So much of a bucket that a process which takes and forgets it does no harm.
    const wanted = Math.max(1, Math.min(10, Math.floor(limit.burst / 20)));
    try {
      if (Date.now() < this.#uncountedUntil) throw new Error('it did not answer a moment ago');
      const { granted, fullInMs } = await within(ANSWER_MS, takeFromBucket(this.#env, bucket, wanted, limit));
      portion.left += granted;
      portion.fullAt = Date.now() + fullInMs;
      const nextInMs = fullInMs - (limit.burst - 1) * limit.intervalMs;
      portion.refusedUntil = granted > 0 ? 0 : Date.now() + Math.max(1, nextInMs);
    } catch (error) {
      if (Date.now() >= this.#uncountedUntil) this.#uncountedUntil = Date.now() + UNCOUNTED_MS;
      this.#env.log.debug({ err: error }, 'requests could not be counted');
      portion.left += wanted;
    }
  }
}

async function within<T>(timeMs: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`there was no answer within ${timeMs} ms`)), timeMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

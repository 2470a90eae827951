/** Waits for a condition instead of for a time. */
import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  readonly within?: number;
  readonly every?: number;
}

/** Asks until the answer is neither false, null nor undefined, and returns it; after `within` ms fails, saying what it waited for. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<NonNullable<T>> {
  const within = options.within ?? 30_000;
  const deadline = performance.now() + within;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await pause(options.every ?? 10);
  } while (performance.now() < deadline);
  throw new Error(`waited ${within} ms in vain until ${what}`, { cause: last });
}

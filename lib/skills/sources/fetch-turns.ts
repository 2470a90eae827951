/** How many sources this process fetches at a time: each may hold a lot of memory, so the others wait. */
import { AppError } from '../../kernel/errors.ts';

export interface Turns {
  /** Resolves with the function that ends the turn. Throws `offline:skill` after `waitMs`. */
  take(waitMs: number): Promise<() => void>;
}

/** A git repository may take a quarter of a gigabyte while it is read. */
const AT_A_TIME = 4;
const RETRY_AFTER_SECONDS = 15;

/** First come, first served. */
export function createTurns(count: number): Turns {
  const waiting = new Set<() => void>();
  let free = count;

  function end(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  }

  function begin(): () => void {
    let isOver = false;
    return () => {
      if (!isOver) end();
      isOver = true;
    };
  }

  return {
    async take(waitMs) {
      if (free > 0) {
        free -= 1;
        return begin();
      }
      return await new Promise((resolve, reject) => {
        const called = (): void => {
          clearTimeout(timer);
          waiting.delete(called);
          resolve(begin());
        };
        const timer = setTimeout(() => {
          waiting.delete(called);
          reject(tooMany());
        }, waitMs);
        waiting.add(called);
      });
    },
  };
}

function tooMany(): AppError {
  return new AppError('offline:skill', 'Too many skills are being fetched at this moment; try again soon', {
    retryAfter: RETRY_AFTER_SECONDS,
  });
}

/** Those of this process. */
export const fetchTurns = createTurns(AT_A_TIME);

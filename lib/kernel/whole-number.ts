/** A whole number that came as text, in a query or a setting; what is wrong with it is said in words. */
import { z } from 'zod';

export function wholeNumber(min: number, max: number) {
  return z.coerce
    .number({
      // A plain text here would stand for every fault, so that 101 were "not a number".
      error: (issue) => (issue.code === 'invalid_type' ? 'must be a number' : undefined),
    })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);
}

/** Why an attempt is stopped from outside, as the reason of its signal. */
import type { Interruption } from './outcome.ts';

/** The reason an attempt's signal is aborted with. */
export class RunInterrupted extends Error {
  override readonly name = 'RunInterrupted';
  readonly by: Interruption;

  constructor(by: Interruption) {
    super(`the attempt was interrupted: ${by}`);
    this.by = by;
  }
}

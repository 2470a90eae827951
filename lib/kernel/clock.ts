/** Time as an argument: the system clock in production, a hand-moved one in tests. */

export interface Clock {
  /** Wall-clock time. Leases and deadlines use the database's clock instead. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

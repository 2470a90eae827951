/** Time as an argument: the system clock in production, a hand-moved one in tests. */

export interface Clock {
  /** Wall-clock time. Leases and deadlines use the database's clock instead. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const DAY_MS = 24 * 3_600_000;

/** So many days ago; null for what is kept for ever. */
export function daysAgo({ clock }: { readonly clock: Clock }, days: number | null): Date | null {
  return days === null ? null : new Date(clock.now().getTime() - days * DAY_MS);
}

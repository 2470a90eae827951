/** Recognising our own objects at providers that choose ids themselves and know no idempotency keys. */
import { createHash } from 'node:crypto';

/** Provider clocks differ from ours and some count whole seconds. */
const CLOCK_SLACK_MS = 60_000;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const MARKER_LENGTH = 13;

/** The same for one skill on one connection for ever: what we send travels with it where a provider lets it. */
export function installMarker(connectionId: string, skillName: string): string {
  const hash = createHash('sha256').update(`${connectionId}|${skillName}`).digest();
  const bits = [...hash.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = Array.from(
    { length: MARKER_LENGTH },
    (_, index) => BASE32[Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)],
  );
  return letters.join('');
}

/** True when an object of that age may stem from a request sent at `since` or later. */
export function isInWindow(createdAt: Date, since: Date): boolean {
  return createdAt.getTime() >= since.getTime() - CLOCK_SLACK_MS;
}

/** The oldest candidate that passes: with several, every worker must settle on the same one. */
export async function oldestOwn<T extends { readonly createdAt: Date }>(
  candidates: readonly T[],
  isOwn: (candidate: T) => Promise<boolean>,
): Promise<T | null> {
  const oldestFirst = candidates.toSorted(
    (one, other) => one.createdAt.getTime() - other.createdAt.getTime(),
  );
  for (const candidate of oldestFirst) if (await isOwn(candidate)) return candidate;
  return null;
}

/** What a person is told after secrets got the newest key. (pure) */
import type { Rewrapped } from './rewrap-secrets.ts';

/** Of what does not open, in one answer. */
const MOST_NAMED = 20;

/** Done: nothing is sealed with any key but the newest. */
export function describeRewrapped(
  { counts, unreadable, keyIds }: Rewrapped,
  newest: string,
): { text: string; isDone: boolean } {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const older = keyIds.filter((id) => id !== newest);
  const lines = [
    `${total} secrets were sealed anew with key ${newest}`,
    ...Object.entries(counts).map(([column, count]) => `  ${count} in ${column}`),
    ...unreadable
      .slice(0, MOST_NAMED)
      .map(
        ({ column, id }) =>
          `  ${column} of ${id} does not open: it was altered or moved; store that secret again`,
      ),
    ...(unreadable.length > MOST_NAMED ? [`  and ${unreadable.length - MOST_NAMED} more do not open`] : []),
    `keys in use: ${keyIds.join(', ') || 'none'}`,
    older.length === 0
      ? 'every other key can be taken out of ENCRYPTION_KEY once each process has been started with this one first'
      : `still needed: ${older.join(', ')}; run this again when every process has been started with the new key first`,
  ];
  return { text: lines.join('\n'), isDone: older.length === 0 };
}

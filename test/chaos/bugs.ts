/** Bugs that are put into the program on purpose, to show that the checker sees them. */
import { fileURLToPath } from 'node:url';

export interface Bug {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A text of a source file, and what stands in its place; it must be there, or the start fails. */
export const BUGS: Readonly<Record<string, readonly Bug[]>> = {
  /** A worker that died takes its runs along. */
  'no-sweep': [
    {
      file: 'lib/runs/sweep.ts',
      from: 'const overdue = await findOverdueRuns(tx, SWEEP_LIMIT);',
      to: 'const overdue = (await findOverdueRuns(tx, SWEEP_LIMIT)).slice(0, 0);',
    },
  ],
  /** The same request with the same key is done again. */
  keyless: [
    {
      file: 'lib/runs/idempotency.ts',
      from: 'if (request === null) return',
      to: 'if (request !== undefined) return',
    },
    {
      file: 'lib/runs/make-batch.ts',
      from: "if (!isSame || isEnding || input.onDuplicate === 'reject') {",
      to: 'if (false) {',
    },
  ],
  /** Sent first, written down never. */
  'no-intents': [
    {
      file: 'lib/runs/intent-store.ts',
      from: 'if (intents.length === 0) return;',
      to: 'if (intents.length >= 0) return;',
    },
  ],
  /** What may have been done is taken for a plain failure. */
  'sure-of-failure': [
    {
      file: 'lib/providers/classify.ts',
      from: "effect: asked.isMutation ? 'unknown' : 'not_applied',",
      to: "effect: 'not_applied',",
    },
  ],
  /** A transition leaves no audit row. */
  unaudited: [
    {
      file: 'lib/runs/transition.ts',
      from: '${tx.requestId}::text\n      from changed',
      to: '${tx.requestId}::text\n      from changed where false',
    },
  ],
};

export const BUG_NAMES: readonly string[] = Object.keys(BUGS);

/** For `--import`. */
export function preloadOf(bug: string): string {
  return `${new URL('plant-bug.ts', import.meta.url).href}?bug=${encodeURIComponent(bug)}`;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

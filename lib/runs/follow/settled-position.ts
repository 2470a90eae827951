/** Up to where the events of all runs can be shown in order, asked for once. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { selectLastPosition, selectWriters } from './event-store.ts';
import { Horizon } from './horizon.ts';

const WAIT_MS = 2000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;
/** Whoever takes longer may be anybody's long transaction on the server, so it is asked whether it writes events at all. */
const PATIENCE_MS = 50;

/** At least all that was visible when this was called. Throws `offline:database` when a writer does not end in time. */
export async function settledPosition(env: Environment): Promise<number> {
  const horizon = new Horizon();
  const askedAt = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const waitedMs = performance.now() - askedAt;
    if (waitedMs > PATIENCE_MS) horizon.onlyThese(await selectWriters(env));
    const { upTo, snapshot } = await selectLastPosition(env);
    horizon.observe(upTo, snapshot);
    if (!horizon.isPending || horizon.settled > 0) return horizon.settled;
    if (waitedMs > WAIT_MS)
      throw new AppError('offline:database', 'Events are being written still. Try again shortly.');
    await pause(pauseMs);
  }
}

/** Work that waits in a table of its own: each process does one piece at a time, woken by hints and by a slow look. */
import type { Channel, DatabaseHandle } from '../kernel/context.ts';
import type { Log } from '../kernel/log.ts';

export interface Workload {
  readonly name: string;
  /** Says that there may be something to do; a hint, so it may be lost. Null for work that is only looked for. */
  readonly channel: Channel | null;
  /** How often it is looked for; every two seconds unless given. */
  readonly everyMs?: number;
  /** Takes the next piece, if there is one, and does it. False when there was none. `signal` aborts on stop. */
  next(signal: AbortSignal): Promise<boolean>;
}

export interface Working {
  /** Takes nothing new; what is at work is asked to end now, and waited for. */
  stop(): Promise<void>;
}

/** The truth behind the hints. */
const POLL_MS = 2000;

export function startWorking(db: DatabaseHandle, log: Log, workload: Workload): Working {
  const stopping = new AbortController();
  let isWanted = false;
  let working: Promise<void> | null = null;

  function wake(): void {
    isWanted = true;
    if (stopping.signal.aborted) return;
    working ??= work().finally(() => {
      working = null;
    });
  }

  async function work(): Promise<void> {
    try {
      while (isWanted && !stopping.signal.aborted) {
        isWanted = false;
        if (await workload.next(stopping.signal)) isWanted = true;
      }
    } catch (error) {
      log.warn({ err: error, workload: workload.name }, 'work could not be taken up; it is looked for again');
    }
  }

  const stopListening = workload.channel === null ? null : db.listen(workload.channel, wake);
  const timer = setInterval(wake, workload.everyMs ?? POLL_MS);
  wake();
  return {
    async stop() {
      stopListening?.();
      clearInterval(timer);
      stopping.abort();
      await working;
    },
  };
}

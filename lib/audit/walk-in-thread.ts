/** The near end of the thread in which a chain is computed anew. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { WalkStart } from './chain-walk.ts';
import type { AuditBreak } from './schema.ts';

/** How far a walk has come. */
export interface Walked {
  readonly checked: number;
  /** Records that fit, those with them that retention took. */
  readonly size: number;
  readonly firstBroken: AuditBreak | null;
}

export interface Walking {
  /** One page after the other. Throws when the thread fails. */
  walk(page: string): Promise<Walked>;
  close(): Promise<void>;
}

export function startWalk(start: WalkStart): Walking {
  const thread = new Worker(new URL('./walk-thread.ts', import.meta.url), { workerData: start, env: {} });
  // Without a listener an error of the thread would end the process; `walk` hears it too.
  thread.on('error', () => undefined);
  return {
    async walk(page) {
      const answered = once(thread, 'message');
      thread.postMessage(page, []);
      const [walked] = (await answered) as [Walked];
      return walked;
    },
    async close() {
      await thread.terminate();
    },
  };
}

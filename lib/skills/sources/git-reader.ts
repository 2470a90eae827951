/** The near end of a repository's thread: one call at a time, each bounded; ending it ends whatever it is at. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Answer, type Call, RepositoryRefused, type ResultOf } from './git-calls.ts';

export interface GitReader {
  /** Throws RepositoryRefused, the signal's reason, or an Error when the thread failed. */
  ask<C extends Call>(call: C, signal: AbortSignal): Promise<ResultOf<C>>;
  close(): Promise<void>;
}

/** Objects themselves lie outside the heap and are bounded by what a pack may hold. */
const MAX_HEAP_MB = 192;

export function startReader(): GitReader {
  const thread = new Worker(new URL('./git-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    env: {},
  });
  // Without a listener an error of the thread would end the process; `ask` hears it too.
  thread.on('error', () => undefined);
  let isStuck = false;
  return {
    async ask<C extends Call>(call: C, signal: AbortSignal): Promise<ResultOf<C>> {
      signal.throwIfAborted();
      if (isStuck) throw new Error('the thread of the repository did not answer an earlier call');
      // Until the answer is here: one that comes late must not be taken for that of another call.
      isStuck = true;
      const answered = once(thread, 'message', { signal });
      thread.postMessage(call, 'bytes' in call ? [call.bytes.buffer as ArrayBuffer] : []);
      const [answer] = (await answered) as [Answer];
      isStuck = false;
      // The thread answers each call with the result of its type.
      if (answer.ok) return answer.result as ResultOf<C>;
      if (answer.at !== null) throw new RepositoryRefused(answer.at, answer.message);
      throw new Error(`the repository could not be read: ${answer.message}`);
    },
    async close() {
      await thread.terminate();
    },
  };
}

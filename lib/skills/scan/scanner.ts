/** Scans skills in threads of their own, each scan with a time limit. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ScanOutcome, SkillScanner } from './skill-scanner.ts';
import type { ScanReport } from './report.ts';
import { RULE_SET } from './rule-set.ts';
import type { SkillToScan } from './scan-skill.ts';

export interface ThreadScanner extends SkillScanner {
  /** Ends the threads; scans under way fail. */
  close(): Promise<void>;
}

const THREAD = new URL('./scan-thread.ts', import.meta.url);

/** How long a scan waits for a thread, as a multiple of its time limit. */
const PATIENCE = 6;

/** Threads start with the first scan, and do not keep the process alive. `thread` is the program they run. */
export function createScanner(options: { maxThreads?: number; thread?: URL } = {}): ThreadScanner {
  const { maxThreads = Math.max(1, Math.min(4, availableParallelism() - 1)), thread = THREAD } = options;
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];

  function start(): Worker {
    const worker = new Worker(thread, { resourceLimits: { maxOldGenerationSizeMb: 512 } });
    all.add(worker);
    worker.unref();
    worker.once('exit', () => all.delete(worker));
    return worker;
  }

  function give(worker: Worker): void {
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  }

  /** Null when none was free in time. */
  async function take(patienceMs: number): Promise<Worker | null> {
    const free = idle.pop();
    if (free) return free;
    if (all.size < maxThreads) return start();
    const { promise, resolve } = Promise.withResolvers<Worker | null>();
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(resolve), 1);
      resolve(null);
    }, patienceMs);
    waiting.push(resolve);
    return await promise.finally(() => clearTimeout(timer));
  }

  return {
    ruleSet: RULE_SET,
    async scan(input, deadlineMs): Promise<ScanOutcome> {
      const worker = await take(deadlineMs * PATIENCE);
      if (worker === null) return { status: 'timed_out' };
      const outcome = await scanIn(worker, input, deadlineMs);
      if (outcome.status === 'done') give(worker);
      else {
        await worker.terminate();
        if (waiting.length > 0) give(start());
      }
      return outcome;
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
      idle.length = 0;
    },
  };
}

async function scanIn(worker: Worker, skill: SkillToScan, deadlineMs: number): Promise<ScanOutcome> {
  worker.ref();
  const over = new AbortController();
  const { signal } = over;
  try {
    const answered = once(worker, 'message', { signal }).then(
      ([report]): ScanOutcome => ({ status: 'done', report: report as ScanReport }),
    );
    // `once` also rejects with what the thread threw.
    const died = once(worker, 'exit', { signal }).then((): ScanOutcome => ({ status: 'failed' }));
    const late = once(AbortSignal.timeout(deadlineMs), 'abort', { signal }).then(
      (): ScanOutcome => ({ status: 'timed_out' }),
    );
    send(worker, skill);
    return await Promise.race([answered, died, late]).catch((): ScanOutcome => ({ status: 'failed' }));
  } finally {
    over.abort();
    worker.unref();
  }
}

/** Copies of the bytes alone: a view would take all of the memory it looks into with it. */
function send(worker: Worker, skill: SkillToScan): void {
  const { name, description, allowedTools } = skill;
  const files = skill.files.map(({ path, bytes }) => ({ path, bytes: new Uint8Array(bytes) }));
  const message: SkillToScan = { name, description, allowedTools, files };
  worker.postMessage(
    message,
    files.map(({ bytes }) => bytes.buffer),
  );
}

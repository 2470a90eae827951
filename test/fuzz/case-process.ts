/** A process of its own in which cases run one by one: killed when one takes too long, started again when one ends it. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export type Verdict =
  | { readonly held: true; readonly outcome: string; readonly peakBytes: number }
  | { readonly held: false; readonly reason: string };

export interface CaseProcess {
  /** `input` may be anything that can be cloned; `task` names what the process does with it. */
  run(task: string, input: unknown): Promise<Verdict>;
  close(): Promise<void>;
}

export interface CaseLimits {
  /** How long a case may take before its process is killed. */
  readonly deadlineMs: number;
  /** How much a case may add to the memory of its process. */
  readonly memoryBytes: number;
}

export const DEFAULT_LIMITS: CaseLimits = { deadlineMs: 10_000, memoryBytes: 256 * 1024 * 1024 };

/** It may read files, and nothing else: not write, start processes or native code. */
const FLAGS = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-worker',
  '--max-old-space-size=512',
  '--expose-gc',
];
const KEPT_ERRORS = 4000;

interface Running {
  readonly process: ChildProcess;
  readonly errors: () => string;
}

export function startCaseProcess(limits: CaseLimits = DEFAULT_LIMITS): CaseProcess {
  let running: Running | null = null;
  return {
    async run(task, input) {
      running ??= await start(limits);
      const verdict = await ask(running, { task, input }, limits);
      if (!running.process.connected) running = null;
      return verdict;
    },
    async close() {
      if (running !== null) await end(running.process);
      running = null;
    },
  };
}

async function start(limits: CaseLimits): Promise<Running> {
  const child = fork(join(import.meta.dirname, 'case-child.ts'), [String(limits.memoryBytes)], {
    execArgv: FLAGS,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-KEPT_ERRORS);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`The process for cases did not start: ${errors}`)));
  });
  child.removeAllListeners('exit');
  return { process: child, errors: () => errors };
}

async function ask({ process: child, errors }: Running, message: object, limits: CaseLimits) {
  return await new Promise<Verdict>((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limits.deadlineMs);
    const ended = (code: number | null, signal: string | null): void => {
      clearTimeout(timer);
      child.removeAllListeners('message');
      const how = isLate ? `no answer within ${limits.deadlineMs} ms` : `it ended with ${code ?? signal}`;
      resolve({ held: false, reason: `${how}\n${errors()}`.trim() });
    };
    child.once('close', ended);
    child.once('message', (verdict: Verdict) => {
      clearTimeout(timer);
      child.removeListener('close', ended);
      resolve(verdict);
    });
    child.send(message, (error) => {
      if (error) child.kill('SIGKILL');
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
}

/** Runs a few lines of TypeScript's JavaScript in a process of its own, for tests that need real ones. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Lines written to standard output so far. */
  readonly lines: readonly string[];
  readonly errors: () => string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** The folder of the code; a child imports from it by `${LIB}/db/name.ts`. */
export const LIB = join(import.meta.dirname, '../../lib');

/** `code` is an ES module. */
export function startChild(code: string, environment: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: LIB,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let errors = '';
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ code: exitCode, signal }));
  });
  return { process: child, pid: child.pid ?? -1, lines, errors: () => errors, ended };
}

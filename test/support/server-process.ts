/** The program itself as a process of its own, as an operator starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

const MAIN = fileURLToPath(new URL('../../lib/main.ts', import.meta.url));

export interface ServerProcess {
  readonly pid: number;
  /** Everything printed so far. */
  output(): string;
  /** The address it printed, once `/readyz` answers 200 there. */
  ready(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

/** Started with these variables only (and PATH); it picks a free port unless told one. `words` are what follows its name. */
export function startServer(
  environment: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): ServerProcess {
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    pid: child.pid ?? -1,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    ended,
    async ready() {
      const address = await until(
        'the address is printed',
        () => {
          if (child.exitCode !== null) throw new Error(`the process ended: ${output}`);
          return /(http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
        },
        { within: 30_000 },
      );
      await until('it is ready', async () => (await fetch(`${address}/readyz`)).ok, { within: 30_000 });
      return address;
    },
  };
}

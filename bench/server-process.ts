/** The real program as a process of its own, started and stopped by a benchmark. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Place } from './engines.ts';

export const ADMIN_KEY = 'a-bench-admin-key-of-enough-characters';

const MAIN = join(import.meta.dirname, '../lib/main.ts');
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;

export interface ServerProcess {
  readonly pid: number;
  readonly url: string;
  /** From the start of the process until it answered that it is ready. */
  readonly readyMs: number;
  stop(): Promise<void>;
  /** Ends it at once; what it leaves is not looked at again. */
  kill(): Promise<void>;
}

/** Resolves when `/readyz` answers 200. `variables` come on top of what every benchmark sets. */
export async function startServer(
  place: Place,
  variables: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const port = await freePort();
  const startedAt = performance.now();
  const server = spawn(process.execPath, [MAIN], {
    // A folder without a .env, and none of the settings of whoever starts the benchmark.
    cwd: place.dataDir,
    env: {
      ...(process.env['PATH'] !== undefined && { PATH: process.env['PATH'] }),
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(place.dataDir, 'data'),
      ADMIN_API_KEY: ADMIN_KEY,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: '100000000',
      ...(place.databaseUrl !== null && {
        DATABASE_URL: place.databaseUrl,
        ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      }),
      ...variables,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  async function kill(): Promise<void> {
    server.kill('SIGKILL');
    await ended;
  }
  try {
    await waitUntilReady(server, url);
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    pid: server.pid ?? -1,
    url,
    readyMs: performance.now() - startedAt,
    stop: () => stop(server, ended),
    kill,
  };
}

async function waitUntilReady(server: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server ended with code ${server.exitCode}`);
    try {
      const answer = await fetch(`${url}/readyz`);
      await answer.body?.cancel();
      if (answer.status === 200) return;
    } catch {
      // Nobody listens there yet.
    }
    await pause(5);
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_MS} ms`);
}

async function stop(server: ChildProcess, ended: Promise<void>): Promise<void> {
  const killer = setTimeout(() => server.kill('SIGKILL'), STOP_WITHIN_MS);
  server.kill('SIGTERM');
  await ended;
  clearTimeout(killer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

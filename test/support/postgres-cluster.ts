/** A PostgreSQL server of its own for the tests, gone with the process that started it. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { until } from './until.ts';

export interface PostgresCluster {
  /** Of the database `postgres`, as a user who may create others. */
  readonly url: string;
  readonly port: number;
  /** Stops the server at once, as a crash does; its data stays. */
  crash(): Promise<void>;
  /** Starts it again after `crash`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Faster than it may be with data that matters. */
const SERVER_SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=300',
  'shared_buffers=64MB',
];

/** Runs the server until its own input ends, so that neither it nor its files outlive us, not even after kill -9. */
const SUPERVISE =
  'trap "" INT; "$0" "$@" & read -r how; kill -"${how:-INT}" $!; wait $!; [ -n "$how" ] || rm -rf "$FOLDER"';

/** Where initdb and postgres are, or null when this machine has none. */
export function findPostgres(): string | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return (
    folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) ?? null
  );
}

export async function startPostgresCluster(
  binaries: string,
  settings: readonly string[] = SERVER_SETTINGS,
): Promise<PostgresCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const owner = ownerOfServer();
  if (owner !== null) for (const path of [folder, data]) chownSync(path, owner.uid, owner.gid);
  await promisify(execFile)(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...owner, cwd: folder },
  );
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const run = () => startServer(join(binaries, 'postgres'), data, port, url, settings, owner);
  let server = await run();
  return {
    url,
    port,
    crash: () => server.crash(),
    async restart() {
      server = await run();
    },
    stop: () => server.stop(),
  };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; then it runs as the user its package made, or as nobody. */
function ownerOfServer(): Owner | null {
  if (process.getuid?.() !== 0) return null;
  for (const user of ['postgres', 'nobody']) {
    try {
      const id = (kind: string) =>
        Number(execFileSync('id', [kind, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // This machine has no such user: the next one.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
}

interface Server {
  crash(): Promise<void>;
  stop(): Promise<void>;
}

async function startServer(
  postgres: string,
  data: string,
  port: number,
  url: string,
  settings: readonly string[],
  owner: Owner | null,
): Promise<Server> {
  const options = ['listen_addresses=127.0.0.1', ...settings].flatMap((setting) => ['-c', setting]);
  const server = spawn(
    '/bin/sh',
    ['-c', SUPERVISE, postgres, '-D', data, '-p', String(port), '-k', data, ...options],
    {
      ...owner,
      cwd: '/',
      env: { ...process.env, FOLDER: dirname(data) },
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  // A test process may end without stopping its server; the closed pipe then does.
  server.unref();
  (server.stdin as Socket).unref();
  await until(
    'the PostgreSQL server answers',
    async () => {
      if (server.exitCode !== null) return 'gone';
      const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 });
      try {
        await client.connect();
        return 'answers';
      } finally {
        await client.end().catch(() => {});
      }
    },
    { within: 30_000, every: 50 },
  );
  if (server.exitCode !== null) throw new Error('The PostgreSQL server ended instead of starting.');
  async function end(line: string): Promise<void> {
    server.ref();
    server.stdin.end(line);
    await ended;
  }
  return { crash: () => end('QUIT\n'), stop: () => end('') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

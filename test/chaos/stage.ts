/** What the chaos happens to: a PostgreSQL of our own, proxies, emulated providers that are never killed, and real processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTcpProxy, type TcpProxy } from '../../emulators/tcp-proxy.ts';
import { type EmulatedProviders, startProviders } from '../support/app.ts';
import { TEST_ENCRYPTION_KEY } from '../support/context.ts';
import { findPostgres, type PostgresCluster, startPostgresCluster } from '../support/postgres-cluster.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';

export const ADMIN_KEY = 'an-admin-key-of-more-than-32-characters';
export const KINDS = ['openai', 'claude', 'gemini'] as const;
export type Kind = (typeof KINDS)[number];
export type Role = 'api' | 'worker';

/** Short ones, so that much happens in a minute; what they bound is the same. */
export const TIMES = { leaseMs: 3000, runTimeoutMs: 8000, providerTimeoutMs: 1500 } as const;

const MOST_STARTS = 10;
const PROCESSES: readonly Role[] = ['api', 'api', 'worker', 'worker'];

export interface Place {
  readonly role: Role;
  /** Null while it is dead. */
  process: ServerProcess | null;
  url: string | null;
  isStopped: boolean;
}

export interface Stage {
  readonly cluster: PostgresCluster;
  readonly database: TcpProxy;
  readonly providers: EmulatedProviders;
  readonly networks: Readonly<Record<Kind, TcpProxy>>;
  readonly places: readonly Place[];
  /** Starts what is dead. */
  start(place: Place): Promise<void>;
  close(): Promise<void>;
}

/** `preload` is given to every process with `--import`. */
export async function openStage(preload: string | null): Promise<Stage> {
  const binaries = findPostgres();
  if (binaries === null) throw new Error('PostgreSQL is needed: neither initdb nor postgres is here');
  const cluster = await startPostgresCluster(binaries, ['fsync=off', 'max_connections=300']);
  const database = await startTcpProxy({ target: { host: '127.0.0.1', port: cluster.port } });
  const providers = await startProviders();
  const networks = {
    openai: await proxyOf(providers.urls.openai),
    claude: await proxyOf(providers.urls.claude),
    gemini: await proxyOf(providers.urls.gemini),
  };
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-chaos-'));
  const places = PROCESSES.map((role): Place => ({ role, process: null, url: null, isStopped: false }));

  async function startOnce(place: Place): Promise<void> {
    const process = startServer({
      DATABASE_URL: cluster.url.replace(String(cluster.port), String(database.port)),
      ENCRYPTION_KEY: TEST_ENCRYPTION_KEY.toString('base64'),
      ADMIN_API_KEY: ADMIN_KEY,
      ALLOWED_HOSTS: '127.0.0.1',
      AUDIT_ANCHOR_FILE: join(folder, `anchor-${places.indexOf(place)}.jsonl`),
      ROLE: place.role,
      RATE_LIMIT_PER_MINUTE: '0',
      RUN_LEASE_MS: String(TIMES.leaseMs),
      RUN_TIMEOUT_MS: String(TIMES.runTimeoutMs),
      PROVIDER_TIMEOUT_MS: String(TIMES.providerTimeoutMs),
      RUN_MAX_ATTEMPTS: '8',
      LOG_LEVEL: 'error',
      ...(preload !== null && { NODE_OPTIONS: `--import=${preload}` }),
    });
    place.process = process;
    place.isStopped = false;
    void process.ended.then(() => {
      if (place.process === process) place.process = null;
    });
    place.url = await process.ready();
  }

  /** As whoever looks after services does: one that did not come up is started again. */
  async function start(place: Place): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await startOnce(place);
      } catch (error) {
        if (tries === MOST_STARTS) throw error;
        place.process?.kill('SIGKILL');
        await place.process?.ended;
      }
    }
  }

  return {
    cluster,
    database,
    providers,
    networks,
    places,
    start,
    async close() {
      for (const { process } of places) process?.kill('SIGKILL');
      await Promise.all(places.map(async ({ process }) => await process?.ended));
      await Promise.all([database, ...Object.values(networks)].map(async (proxy) => await proxy.close()));
      await providers.close();
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function proxyOf(url: string): Promise<TcpProxy> {
  return await startTcpProxy({ target: { host: '127.0.0.1', port: Number(new URL(url).port) } });
}

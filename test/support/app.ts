/** The wired system in this process: a real database, the HTTP server on a port, a worker, and emulated providers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claudeEmulator } from '../../emulators/claude.ts';
import type { Emulator, EmulatorOptions } from '../../emulators/emulator.ts';
import { type FaultPlan, withFaults } from '../../emulators/faults.ts';
import { geminiEmulator } from '../../emulators/gemini.ts';
import { type Ledger, recordingLedger, witnessed } from '../../emulators/ledger.ts';
import { openaiEmulator } from '../../emulators/openai.ts';
import { type EmulatorServer, serveEmulator } from '../../emulators/server.ts';
import { memoryStore } from '../../emulators/store.ts';
import type { Database } from '../../lib/db/database.ts';
import { routesFor } from '../../lib/http/routes/index.ts';
import { createServer } from '../../lib/http/server.ts';
import type { Context } from '../../lib/kernel/context.ts';
import type { Settings } from '../../lib/kernel/settings.ts';
import { adapters } from '../../lib/providers/registry.ts';
import type { SkillScanner } from '../../lib/skills/scan/skill-scanner.ts';
import type { Adapters } from '../../lib/providers/adapter.ts';
import { Worker } from '../../lib/worker/worker.ts';
import { startWorking, type Working } from '../../lib/jobs/workload.ts';
import { chatWorkload } from '../../lib/chatops/surfaces/answer-jobs.ts';
import { syncWorkload } from '../../lib/connections/run-syncs.ts';
import { importWorkload } from '../../lib/skills/imports/run-imports.ts';
import { testContext, workerContext } from './context.ts';

export const ADMIN_KEY = 'a-test-admin-key-of-enough-characters';
export const PROVIDER_KEY = 'a-key-the-emulators-accept';

export interface TestApp {
  readonly ctx: Context;
  readonly url: string;
  readonly worker: Worker;
  /** Sends a request as the admin unless told another key; null sends none. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Any JSON object; the test says which shape it expects with `as`. */
export type AnswerBody = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

export interface TestAppOptions {
  readonly settings?: Partial<Settings>;
  readonly adapters?: Adapters;
  readonly scanner?: SkillScanner;
  /** Newest first. */
  readonly encryptionKeys?: readonly Buffer[];
  /** Without it the worker is made but not started. */
  readonly isWorking?: boolean;
}

export async function startApp(db: Database, options: TestAppOptions = {}): Promise<TestApp> {
  const ctx = testContext(db, {
    settings: { adminApiKey: ADMIN_KEY, port: 0, ...options.settings },
    ...(options.scanner && { scanner: options.scanner }),
    ...(options.encryptionKeys && { encryptionKeys: options.encryptionKeys }),
  });
  const server = await createServer({
    env: ctx,
    routes: routesFor('all', { check: async () => await db.checkReady() }),
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const worker = new Worker(workerContext(ctx), options.adapters ?? adapters, 'test-worker');
  const works: Working[] = [];
  if (options.isWorking ?? true) {
    worker.start();
    for (const workload of [importWorkload, syncWorkload, chatWorkload])
      works.push(startWorking(db, ctx.log, workload(workerContext(ctx))));
  }
  return {
    ctx,
    url,
    worker,
    call: async (method, path, body, callOptions) => await call(url, method, path, body, callOptions),
    async close() {
      await Promise.all([worker.stop(5000), ...works.map((each) => each.stop())]);
      await server.close();
    },
  };
}

async function call(
  url: string,
  method: string,
  path: string,
  body: unknown,
  options: CallOptions = {},
): Promise<Answer> {
  const key = options.key === undefined ? ADMIN_KEY : options.key;
  const isForm = body instanceof FormData || body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type');
  const isJson = /[/+]json/.test(type ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : type === null ? {} : text,
  };
}

export interface EmulatedProviders {
  readonly ledger: Ledger;
  /** Push steps here to make a provider misbehave. */
  readonly faults: Readonly<Record<'openai' | 'claude' | 'gemini', FaultPlan>>;
  /** Requests that are not answered yet, and the most there ever were. */
  readonly atWork: Readonly<Record<'openai' | 'claude' | 'gemini', { now: number; most: number }>>;
  readonly urls: Readonly<Record<'openai' | 'claude' | 'gemini', string>>;
  /** Where the local provider puts its skills. */
  readonly folder: string;
  /** Bodies for `POST /api/providers`, by slug. */
  readonly connections: Readonly<Record<'openai' | 'claude' | 'gemini' | 'local', object>>;
  close(): Promise<void>;
}

/** The three emulators as servers on this machine, which take this key, and a folder for the local provider. */
export async function startProviders(providerKey = PROVIDER_KEY): Promise<EmulatedProviders> {
  const ledger = recordingLedger();
  const faults = { openai: { script: [] }, claude: { script: [] }, gemini: { script: [] } };
  const nothing = () => ({ now: 0, most: 0 });
  const atWork = { openai: nothing(), claude: nothing(), gemini: nothing() };
  const servers: EmulatorServer[] = [];
  const serve = async (provider: keyof typeof faults, make: (options: EmulatorOptions) => Emulator) => {
    const emulator = make({ store: memoryStore(), acceptsKey: (key) => key === providerKey });
    const decorate = (inner: Emulator) => withFaults(inner, faults[provider]);
    const witness = witnessed(emulator, { ledger, provider, decorate });
    const server = await serveEmulator(counted(witness, atWork[provider]));
    servers.push(server);
    return server.url;
  };
  const urls = {
    openai: await serve('openai', openaiEmulator),
    claude: await serve('claude', claudeEmulator),
    gemini: await serve('gemini', geminiEmulator),
  };
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-local-'));
  return {
    ledger,
    faults,
    atWork,
    urls,
    folder,
    connections: {
      openai: {
        slug: 'openai-test',
        kind: 'openai',
        config: { baseUrl: `${urls.openai}/v1` },
        credentials: { apiKey: providerKey },
      },
      claude: {
        slug: 'claude-test',
        kind: 'claude',
        config: { baseUrl: urls.claude },
        credentials: { apiKey: providerKey },
      },
      gemini: {
        slug: 'gemini-test',
        kind: 'gemini',
        config: { baseUrl: urls.gemini, project: 'test', location: 'us-central1' },
        credentials: { accessToken: providerKey },
      },
      local: { slug: 'local-test', kind: 'local', config: { path: join(folder, 'skills') } },
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function counted(emulator: Emulator, count: { now: number; most: number }): Emulator {
  return async (request) => {
    count.now += 1;
    count.most = Math.max(count.most, count.now);
    try {
      return await emulator(request);
    } finally {
      count.now -= 1;
    }
  };
}

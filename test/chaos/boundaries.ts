/** Kills a worker before and after everything it asks for during a run, and looks what is there once another took over. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../lib/db/database.ts';
import { migrate } from '../../lib/db/migrate.ts';
import { openPostgres } from '../../lib/db/postgres.ts';
import { adapters } from '../../lib/providers/registry.ts';
import type { CreatedRuns, Run, RunEvent } from '../../lib/runs/schema.ts';
import { isTerminal } from '../../lib/runs/states.ts';
import { Worker } from '../../lib/worker/worker.ts';
import {
  type EmulatedProviders,
  PROVIDER_KEY,
  startApp,
  startProviders,
  type TestApp,
} from '../support/app.ts';
import { TEST_ENCRYPTION_KEY, workerContext } from '../support/context.ts';
import { startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';

export const ACTIONS = ['install', 'update', 'uninstall'] as const;
export type Action = (typeof ACTIONS)[number];
export const PROVIDERS = ['openai', 'claude', 'gemini', 'local'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

const TIMES = { runLeaseMs: 1000, runTimeoutMs: 4000, providerTimeoutMs: 700 } as const;
const PRELOAD = new URL('kill-at-boundary.ts', import.meta.url).href;
const EFFECTS: Readonly<Record<Action, readonly string[]>> = {
  install: ['created'],
  update: ['updated'],
  // What the dead one had removed already is found gone.
  uninstall: ['removed', 'noop'],
};

export interface Killed {
  /** What was about to be, or was just, done; null when the run ended before. */
  readonly boundary: string | null;
  readonly problems: readonly string[];
}

/** One database and one set of accounts in which workers are killed, one after the other. */
export class BoundaryKiller {
  readonly #db: Database;
  readonly #url: string;
  readonly #app: TestApp;
  readonly #providers: EmulatedProviders;
  readonly #folder = mkdtempSync(join(tmpdir(), 'skillconvoy-boundaries-'));
  #count = 0;

  private constructor(db: Database, url: string, app: TestApp, providers: EmulatedProviders) {
    this.#db = db;
    this.#url = url;
    this.#app = app;
    this.#providers = providers;
  }

  static async open(url: string): Promise<BoundaryKiller> {
    const db = openPostgres(url, silentLog);
    await migrate(db);
    const providers = await startProviders();
    const app = await startApp(db, { settings: TIMES, isWorking: false });
    for (const name of PROVIDERS) {
      const { status, body } = await app.call('POST', '/api/providers', providers.connections[name]);
      if (status !== 201) throw new Error(`${name}: ${JSON.stringify(body)}`);
    }
    return new BoundaryKiller(db, url, app, providers);
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.#db.close();
    await this.#providers.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Lets a worker die at the k-th boundary of a new run; 0 lets it live and answers the last boundary it passed. */
  async kill(
    provider: ProviderName,
    action: Action,
    k: number,
  ): Promise<Killed & { readonly boundaries: number }> {
    const skill = `bound-${(this.#count += 1)}`;
    const before = await this.#prepare(provider, action, skill);
    const id = await this.#ask(provider, action === 'uninstall' ? 'uninstall' : 'install', skill);
    const passed = await this.#dieAt(k, id);
    await this.#finish(id);
    const problems = await this.#examine({ provider, action, skill, id, before });
    const boundary = passed.length === k && k > 0 ? (passed.at(-1) ?? null) : null;
    return { boundary, problems, boundaries: passed.length };
  }

  /** Answers how many objects the account holds then. */
  async #prepare(provider: ProviderName, action: Action, skill: string): Promise<number> {
    await this.#expect(201, 'POST', '/api/skills', inlineSkill(skill));
    if (action !== 'install') {
      await this.#finish(await this.#ask(provider, 'install', skill));
      if (action === 'update')
        await this.#expect(201, 'POST', `/api/skills/${skill}/versions`, inlineSkill(skill, 'Newer.'));
    }
    return await this.#held(provider);
  }

  async #ask(provider: ProviderName, action: 'install' | 'uninstall', skill: string): Promise<string> {
    const body = { action, skill, providers: [`${provider}-test`] };
    const made = await this.#expect(202, 'POST', '/api/install-runs', body);
    return (made as unknown as CreatedRuns).runIds[0] ?? '';
  }

  async #expect(
    status: number,
    method: string,
    path: string,
    body?: object,
  ): Promise<Record<string, unknown>> {
    const answer = await this.#app.call(method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** What a worker process passed until it died, or until the run had ended. */
  async #dieAt(k: number, id: string): Promise<string[]> {
    const file = join(this.#folder, `${id}.txt`);
    const worker = startServer({
      DATABASE_URL: this.#url,
      ENCRYPTION_KEY: TEST_ENCRYPTION_KEY.toString('base64'),
      ALLOWED_HOSTS: '127.0.0.1',
      ROLE: 'worker',
      AUDIT_ANCHOR_FILE: join(this.#folder, 'anchor.jsonl'),
      RUN_LEASE_MS: String(TIMES.runLeaseMs),
      RUN_TIMEOUT_MS: String(TIMES.runTimeoutMs),
      PROVIDER_TIMEOUT_MS: String(TIMES.providerTimeoutMs),
      LOG_LEVEL: 'error',
      NODE_OPTIONS: `--import=${PRELOAD}`,
      KILL_AT: String(k),
      BOUNDARY_FILE: file,
    });
    let isDead = false;
    void worker.ended.then(() => {
      isDead = true;
    });
    await until(
      'the worker died, or ended the run',
      async () => isDead || isTerminal((await this.#run(id)).status),
      {
        within: 30_000,
      },
    );
    worker.kill('SIGKILL');
    await worker.ended;
    return readFileSync(file, 'utf8').trim().split('\n');
  }

  /** Another worker takes over. */
  async #finish(id: string): Promise<void> {
    const worker = new Worker(workerContext(this.#app.ctx), adapters, `after-${id}`);
    worker.start();
    await until(`${id} has ended`, async () => isTerminal((await this.#run(id)).status), { within: 30_000 });
    await worker.stop(5000);
  }

  async #run(id: string): Promise<Run> {
    return (await this.#app.call('GET', `/api/install-runs/${id}`)).body as unknown as Run;
  }

  async #examine(run: { provider: ProviderName; action: Action; skill: string; id: string; before: number }) {
    const { provider, action, skill, id, before } = run;
    const ended = await this.#run(id);
    const problems: string[] = [];
    if (ended.status !== 'success') problems.push(`it is ${ended.status}: ${ended.error?.message}`);
    const { effect } = ended.result ?? {};
    if (effect === undefined || !EFFECTS[action].includes(effect)) problems.push(`its effect is ${effect}`);
    const added = (await this.#held(provider)) - before;
    const expected = { install: 1, update: 0, uninstall: -1 }[action];
    if (added !== expected) problems.push(`the account has ${added} more objects, not ${expected}`);
    const { body } = await this.#app.call('GET', `/api/installations?skill=${skill}`);
    const drifts = (body['items'] as { drift: string }[]).map(({ drift }) => drift);
    const told = action === 'uninstall' ? [] : ['in_sync'];
    if (drifts.join() !== told.join()) problems.push(`it is told to be ${drifts.join() || 'nowhere'}`);
    const events = await this.#app.call('GET', `/api/install-runs/${id}/events?limit=100`);
    const ends = (events.body['items'] as RunEvent[]).filter(({ to }) => isTerminal(to as Run['status']));
    if (ends.length !== 1) problems.push(`it ended ${ends.length} times`);
    return problems;
  }

  async #held(provider: ProviderName): Promise<number> {
    if (provider === 'local') {
      const folder = join(this.#providers.folder, 'skills');
      return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')).length : 0;
    }
    const path = provider === 'gemini' ? '/v1beta1/projects/test/locations/us-central1/skills' : '/v1/skills';
    const headers = { authorization: `Bearer ${PROVIDER_KEY}`, 'anthropic-version': '2023-06-01' };
    let count = 0;
    for (let page = ''; ; ) {
      const size = provider === 'gemini' ? 'pageSize=100' : 'limit=100';
      const answer = await fetch(`${this.#providers.urls[provider]}${path}?${size}${page}`, { headers });
      const body = (await answer.json()) as Record<string, unknown>;
      const items = (body['data'] ?? body['skills'] ?? []) as { id: string }[];
      count += items.length;
      const next = body['nextPageToken'] ?? body['next_page'];
      if (typeof next === 'string' && next !== '')
        page = `&${provider === 'gemini' ? 'pageToken' : 'page'}=${next}`;
      else if (body['has_more'] === true && provider === 'openai') page = `&after=${items.at(-1)?.id}`;
      else return count;
    }
  }
}

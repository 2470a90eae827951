/** Runs without a worker of their own: the test takes each attempt itself, at the emulated OpenAI. */
import assert from 'node:assert/strict';
import { adapters } from '../../lib/providers/registry.ts';
import { type ClaimedRun, claimRuns } from '../../lib/runs/claim.ts';
import type { CreatedRuns, Run } from '../../lib/runs/schema.ts';
import { executeRun } from '../../lib/worker/execute-run.ts';
import type { Database } from '../../lib/db/database.ts';
import type { Context } from '../../lib/kernel/context.ts';
import type { SkillScanner } from '../../lib/skills/scan/skill-scanner.ts';
import type { Settings } from '../../lib/kernel/settings.ts';
import { type EmulatedProviders, PROVIDER_KEY, startApp, startProviders, type TestApp } from './app.ts';
import { workerContext } from './context.ts';
import { inlineSkill, skillMd } from './skills.ts';
import { until } from './until.ts';

const CREATE = { method: 'POST', path: '/skills$' };

export interface SteppedRuns {
  readonly app: TestApp;
  readonly providers: EmulatedProviders;
  /** The context of the worker that the test plays. */
  readonly ctx: Context;
  newSkill(name: string): Promise<string>;
  /** Asks for one run and answers its id. */
  ask(body: object): Promise<string>;
  shown(id: string): Promise<Run>;
  /** Takes the only run that is due. */
  claim(id: string, leaseMs?: number): Promise<ClaimedRun>;
  /** Takes the only run that is due through one attempt. */
  attempt(id: string, signal?: AbortSignal): Promise<Run>;
  /** A run of this new skill whose create arrived while its answer was lost, waiting for its second attempt. */
  lostOnce(skill: string): Promise<string>;
  /** How many creates were on the wire. */
  creates(): number;
  /** Another run finds what the lost one made, instead of making it again. */
  assertAdopted(skill: string, createsBefore: number): Promise<void>;
  /** The ids of what the account holds under this name. */
  held(name: string): Promise<string[]>;
  /** Somebody uploads a skill without us. */
  uploadByHand(name: string, body: string): Promise<void>;
  /** Somebody empties the account by hand. */
  emptyAccount(): Promise<void>;
  close(): Promise<void>;
}

export async function startSteppedRuns(
  db: Database,
  settings: Partial<Settings> = {},
  scanner?: SkillScanner,
): Promise<SteppedRuns> {
  const providers = await startProviders();
  const app = await startApp(db, { settings, isWorking: false, ...(scanner && { scanner }) });
  const ctx = workerContext(app.ctx);
  const skillsUrl = `${providers.urls.openai}/v1/skills`;
  const made = await app.call('POST', '/api/providers', providers.connections.openai);
  assert.equal(made.status, 201);

  const headers = { authorization: `Bearer ${PROVIDER_KEY}` };

  async function listed(): Promise<{ id: string; name: string }[]> {
    const answer = await fetch(`${skillsUrl}?limit=100`, { headers });
    return ((await answer.json()) as { data: { id: string; name: string }[] }).data;
  }

  const runs: SteppedRuns = {
    app,
    providers,
    ctx,
    async newSkill(name) {
      assert.equal((await app.call('POST', '/api/skills', inlineSkill(name))).status, 201);
      return name;
    },
    async ask(body) {
      const answer = await app.call('POST', '/api/install-runs', { providers: ['openai-test'], ...body });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
      return (answer.body as unknown as CreatedRuns).runIds[0] ?? '';
    },
    async shown(id) {
      return (await app.call('GET', `/api/install-runs/${id}`)).body as unknown as Run;
    },
    async claim(id, leaseMs = 60_000) {
      const claimed = await until(`${id} is due`, async () => {
        const [run] = await claimRuns(ctx, { workerId: 'w', limit: 1, workerSlots: 32, leaseMs });
        return run;
      });
      assert.equal(claimed.id, id);
      return claimed;
    },
    async attempt(id, signal = new AbortController().signal) {
      await executeRun(ctx, adapters, await runs.claim(id), signal);
      return await runs.shown(id);
    },
    async lostOnce(skill) {
      const id = await runs.ask({ skill: await runs.newSkill(skill) });
      providers.faults.openai.script.push({ match: CREATE, apply: true, then: 'drop' });
      assert.equal((await runs.attempt(id)).status, 'queued');
      return id;
    },
    creates() {
      const { pathname } = new URL(skillsUrl);
      const sent = providers.ledger.entries();
      return sent.filter((one) => one.method === 'POST' && one.path === pathname && !one.isLate).length;
    },
    async assertAdopted(skill, createsBefore) {
      const done = await runs.attempt(await runs.ask({ skill }));
      assert.equal(done.status, 'success', JSON.stringify(done.error));
      assert.equal(runs.creates() - createsBefore, 1, 'one create on the wire');
    },
    async held(name) {
      return (await listed()).filter((skill) => skill.name === name).map((skill) => skill.id);
    },
    async uploadByHand(name, body) {
      const form = new FormData();
      form.set('files', new Blob([skillMd(name, body)]), `${name}/SKILL.md`);
      const answer = await fetch(skillsUrl, { method: 'POST', headers, body: form });
      assert.equal(answer.status, 200, await answer.text());
    },
    async emptyAccount() {
      for (const { id } of await listed()) await fetch(`${skillsUrl}/${id}`, { method: 'DELETE', headers });
    },
    async close() {
      await app.close();
      await providers.close();
    },
  };
  return runs;
}

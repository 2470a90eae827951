/** What becomes of install runs: versions, duplicates, retries, refusals, lost answers, cancels and dead workers. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { claimRuns } from '../../lib/runs/claim.ts';
import type { CreatedRuns, Run, RunEvent } from '../../lib/runs/schema.ts';
import { sweepRuns } from '../../lib/runs/sweep.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { Worker } from '../../lib/worker/worker.ts';
import { type EmulatedProviders, startApp, startProviders, type TestApp } from '../support/app.ts';
import { workerContext } from '../support/context.ts';
import { describeEachEngine } from '../support/databases.ts';
import { inlineSkill } from '../support/skills.ts';
import { until } from '../support/until.ts';

describeEachEngine('install runs', (open) => {
  let app: TestApp;
  let providers: EmulatedProviders;

  before(async () => {
    providers = await startProviders();
    app = await startApp(await open());
    for (const body of Object.values(providers.connections))
      await expect(201, app.call('POST', '/api/providers', body));
  });

  afterEach(() => {
    for (const { script } of Object.values(providers.faults))
      assert.deepEqual(script, [], 'every planned fault was met');
  });

  after(async () => {
    await app.close();
    await providers.close();
  });

  async function newSkill(name: string): Promise<string> {
    await expect(201, app.call('POST', '/api/skills', inlineSkill(name)));
    return name;
  }

  async function ask(body: object, headers: Readonly<Record<string, string>> = {}): Promise<CreatedRuns> {
    return (await expect(202, app.call('POST', '/api/install-runs', body, { headers }))) as CreatedRuns;
  }

  async function ended(id: string | undefined): Promise<Run> {
    return await until(`${id} has ended`, async () => {
      const { body } = await app.call('GET', `/api/install-runs/${id}`);
      return body['status'] === 'queued' || body['status'] === 'running' ? null : (body as unknown as Run);
    });
  }

  async function run(body: object): Promise<Run> {
    return await ended((await ask(body)).runIds[0]);
  }

  describe('of versions', () => {
    it('create, update, go back, do nothing, and remove, on every kind of provider', async () => {
      const skill = await newSkill('travels');
      await expect(201, app.call('POST', `/api/skills/${skill}/versions`, inlineSkill(skill, 'Better.')));
      for (const provider of ['openai-test', 'claude-test', 'gemini-test', 'local-test']) {
        const effects: unknown[] = [];
        for (const ref of ['1', 'latest', '1', '1']) {
          const done = await run({ skill, providers: [provider], ref });
          effects.push(done.error?.message ?? done.result?.effect);
        }
        for (const action of ['uninstall', 'uninstall']) {
          effects.push((await run({ action, skill, providers: [provider] })).result?.effect);
        }
        assert.deepEqual(effects, ['created', 'updated', 'updated', 'noop', 'removed', 'noop'], provider);
      }
    });

    it('are planned without being made by a dry run', async () => {
      const skill = await newSkill('planned');
      const before = await app.call('GET', '/api/install-runs?limit=1');
      const { body } = await app.call('POST', '/api/install-runs', {
        skill,
        providers: ['openai-test'],
        dryRun: true,
      });
      const [entry] = body['plan'] as { effect: string; to: { number: number } }[];
      assert.equal(entry?.effect, 'create');
      assert.equal(entry.to.number, 1);
      assert.deepEqual((await app.call('GET', '/api/install-runs?limit=1')).body, before.body);
    });
  });

  describe('leave a trail', () => {
    it('of gapless events and one audit row for each change', async () => {
      const skill = await newSkill('trail');
      const done = await run({ skill, providers: ['claude-test'] });
      const { body } = await app.call('GET', `/api/install-runs/${done.id}/events`);
      const events = body['items'] as RunEvent[];
      assert.deepEqual(
        events.map((event) => event.seq),
        events.map((_, index) => index + 1),
      );
      assert.equal(events.at(-1)?.type, 'run.succeeded');
      const audit = await app.call('GET', `/api/audit-logs?target=${done.id}&limit=100`);
      assert.equal((audit.body['items'] as unknown[]).length, events.length);
    });
  });

  describe('asked for more than once', () => {
    it('with one Idempotency-Key are made once, however many ask at the same time', async () => {
      const skill = await newSkill('once');
      const body = { skill, providers: ['openai-test', 'claude-test'] };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => ask(body, { 'idempotency-key': 'key-1' })),
      );
      assert.equal(new Set(answers.map((answer) => answer.batchId)).size, 1);
      assert.equal(new Set(answers.flatMap((answer) => answer.runIds)).size, 2);
      const again = await app.call('POST', '/api/install-runs', body, {
        headers: { 'idempotency-key': 'key-1' },
      });
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
      assert.deepEqual(again.body, answers[0]);
      const other = await app.call(
        'POST',
        '/api/install-runs',
        { skill, providers: ['openai-test'] },
        { headers: { 'idempotency-key': 'key-1' } },
      );
      assert.equal(other.status, 422);
      assert.equal(other.body['code'], 'unprocessable:install_run');
      for (const id of answers[0]?.runIds ?? []) await ended(id);
    });

    it('without a key share the one active run of a target', async () => {
      const skill = await newSkill('shared');
      providers.faults.openai.script.push({ match: { method: 'POST' }, delayMs: 300 });
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => ask({ skill, providers: ['openai-test'] })),
      );
      assert.equal(new Set(answers.flatMap((answer) => answer.runIds)).size, 1);
      const rejected = await app.call('POST', '/api/install-runs', {
        skill,
        providers: ['openai-test'],
        onDuplicate: 'reject',
      });
      assert.equal(rejected.status, 409);
      assert.equal(rejected.body['code'], 'conflict:install_run');
      assert.equal(rejected.body['runId'], answers[0]?.runIds[0]);
      assert.equal((await ended(answers[0]?.runIds[0])).status, 'success');
    });
  });

  describe('that meet a fault', () => {
    it('are tried again when it may pass', async () => {
      const skill = await newSkill('passing');
      providers.faults.claude.script.push({ match: { method: 'POST' }, then: { status: 529, body: '{}' } });
      const done = await run({ skill, providers: ['claude-test'] });
      assert.equal(done.status, 'success');
      assert.equal(done.attempt, 2);
    });

    it('end at once when it cannot pass, with what the provider said', async () => {
      const skill = await newSkill('refused');
      const body = JSON.stringify({
        error: { message: 'no such region', type: 'x', param: null, code: 'unsupported' },
      });
      providers.faults.openai.script.push({ match: { method: 'POST' }, then: { status: 403, body } });
      const done = await run({ skill, providers: ['openai-test'] });
      assert.equal(done.status, 'failed');
      assert.equal(done.attempt, 1);
      assert.equal(done.error?.code, 'forbidden:provider');
      assert.equal(done.error?.providerStatus, 403);
      const verified = await app.call('POST', '/api/providers/openai-test/verify');
      assert.equal(verified.body['status'], 'active', 'a refusal had turned it to error; now it works again');
    });

    it('make one object although the answer to its making was lost', async () => {
      const skill = await newSkill('lost-answer');
      for (const [provider, kind] of [
        ['openai-test', 'openai'],
        ['claude-test', 'claude'],
      ] as const) {
        providers.faults[kind].script.push({ match: { method: 'POST' }, apply: true, then: 'drop' });
        const from = providers.ledger.entries().length;
        const done = await run({ skill, providers: [provider] });
        assert.equal(done.status, 'success', JSON.stringify(done.error));
        const made = providers.ledger
          .entries()
          .slice(from)
          .filter((entry) => entry.method === 'POST');
        assert.equal(made.length, 1, `${provider}: one create on the wire`);
      }
    });

    it('make their batch partly failed when others succeed', async () => {
      const skill = await newSkill('divided');
      providers.faults.openai.script.push({ match: { method: 'POST' }, then: { status: 403, body: '{}' } });
      const asked = await ask({ skill, providers: ['openai-test', 'local-test'] });
      for (const id of asked.runIds) await ended(id);
      const { body } = await app.call('GET', `/api/install-batches/${asked.batchId}`);
      assert.equal(body['status'], 'partial_failed');
    });
  });

  describe('that are canceled', () => {
    it('end while the provider is being called, and stay ended', async () => {
      const skill = await newSkill('canceled');
      providers.faults.claude.script.push({ match: { method: 'POST' }, delayMs: 2000 });
      const [id] = (await ask({ skill, providers: ['claude-test'] })).runIds;
      await until('the provider is called', async () => {
        const { body } = await app.call('GET', `/api/install-runs/${id}`);
        return body['phase'] === 'submitting';
      });
      await expect(200, app.call('POST', `/api/install-runs/${id}/cancel`));
      const done = await ended(id);
      assert.equal(done.status, 'canceled');
      // The answer was on its way, so it is known what became of the change.
      assert.equal(done.result?.effect, 'created');
      const again = await app.call('POST', `/api/install-runs/${id}/cancel`);
      assert.equal(again.status, 200);
      assert.equal(again.body['status'], 'canceled');
    });
  });

  describe('without their worker', () => {
    it('are taken up by another one when the lease of the first has run out', async () => {
      const skill = await newSkill('abandoned');
      await app.worker.stop(1000);
      const [id] = (await ask({ skill, providers: ['local-test'] })).runIds;
      const ctx = workerContext(app.ctx);
      const claimed = await claimRuns(ctx, { workerId: 'dead', limit: 10, workerSlots: 32, leaseMs: 1 });
      assert.deepEqual(
        claimed.map((taken) => taken.id),
        [id],
      );
      await until('the lease has run out', async () => (await sweepRuns(ctx)) === 1);
      const second = new Worker(ctx, adapters, 'second');
      second.start();
      try {
        const done = await ended(id);
        assert.equal(done.status, 'success');
        assert.equal(done.attempt, 2);
      } finally {
        await second.stop(1000);
      }
    });

    it('wait, can be canceled, and are handed back uncounted by a worker that stops', async () => {
      const skill = await newSkill('waiting');
      const waiting = await ask({ skill, providers: ['local-test'] });
      const canceled = await app.call('POST', `/api/install-runs/${waiting.runIds[0]}/cancel`);
      assert.equal(canceled.body['status'], 'canceled');

      providers.faults.claude.script.push({ match: { method: 'GET' }, delayMs: 5000 });
      providers.faults.claude.script.push({ match: { method: 'POST' }, delayMs: 5000 });
      const [id] = (await ask({ skill, providers: ['claude-test'] })).runIds;
      const stopping = new Worker(workerContext(app.ctx), adapters, 'stopping');
      stopping.start();
      await until('it is at work', async () => {
        const { body } = await app.call('GET', `/api/install-runs/${id}`);
        return body['status'] === 'running';
      });
      await stopping.stop(0);
      const { body } = await app.call('GET', `/api/install-runs/${id}`);
      assert.equal(body['status'], 'queued');
      assert.equal(body['attempt'], 0);
      providers.faults.claude.script.length = 0;
    });
  });
});

async function expect(status: number, answering: ReturnType<TestApp['call']>): Promise<unknown> {
  const answer = await answering;
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
}

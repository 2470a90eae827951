/** Connections are asked no more than they bear: limits, pauses and refused credentials, shared by all workers. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { sql } from 'kysely';
import { signalGate, takeTurn } from '../../lib/connections/gate-store.ts';
import type { Connection, ConnectionCheck } from '../../lib/connections/schema.ts';
import { query, transaction } from '../../lib/db/database.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { claimRuns } from '../../lib/runs/claim.ts';
import type { CreatedRuns } from '../../lib/runs/schema.ts';
import { executeRun } from '../../lib/worker/execute-run.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';

const CREATE = { method: 'POST', path: '/skills$' };

describeEachEngine('a connection', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open());
    for (let number = 1; number <= 12; number += 1) await runs.newSkill(`polite-${number}`);
  });

  after(() => runs.close());

  const skills = Array.from({ length: 12 }, (_, index) => `polite-${index + 1}`);

  async function connect(slug: string, config: object = {}): Promise<Connection> {
    const { openai } = runs.providers.connections;
    const base = openai as { config: object };
    const body = { ...openai, slug, config: { ...base.config, ...config } };
    const answer = await runs.app.call('POST', '/api/providers', body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body as unknown as Connection;
  }

  async function shown(slug: string): Promise<Connection> {
    return (await runs.app.call('GET', `/api/providers/${slug}`)).body as unknown as Connection;
  }

  async function askAll(provider: string): Promise<string[]> {
    const answer = await runs.app.call('POST', '/api/install-runs', { skills, providers: [provider] });
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return (answer.body as unknown as CreatedRuns).runIds;
  }

  async function claim(limit: number, workerId = 'w', workerSlots = 200) {
    return await claimRuns(runs.ctx, { workerId, limit, workerSlots, leaseMs: 60_000 });
  }

  /** Ends everything that is under way, so that the next test finds an empty queue. */
  async function forgetRuns(): Promise<void> {
    await sql`update install_runs set status = 'canceled', finished_at = now(), lease_token = null, lease_until = null
      where status in ('queued', 'running')`.execute(query(runs.ctx));
  }

  it('never has more runs at work than it allows, however many workers ask', async () => {
    await connect('three-at-a-time', { maxConcurrent: 3 });
    await askAll('three-at-a-time');
    const claimed = await Promise.all(['a', 'b', 'c', 'd'].map((worker) => claim(10, worker)));
    assert.equal(claimed.flat().length, 3);
    assert.deepEqual(await claim(10), []);
    await forgetRuns();
  });

  it('takes half of a worker at most', async () => {
    await connect('wide', { maxConcurrent: 100 });
    await askAll('wide');
    assert.equal((await claim(8, 'small', 8)).length, 4);
    assert.equal((await claim(4, 'small', 8)).length, 0);
    assert.equal((await claim(8, 'other', 8)).length, 4);
    await forgetRuns();
  });

  it('has its turn although another has a long backlog', async () => {
    const busy = await connect('busy');
    const quiet = await connect('quiet');
    await askAll(busy.slug);
    await runs.ask({ skill: 'polite-1', providers: [quiet.slug] });
    const claimed = await claim(4);
    assert.equal(claimed.filter((run) => run.providerId === quiet.id).length, 1);
    await forgetRuns();
  });

  it('is left alone for as long as it asked, and shows why', async () => {
    const { id, slug } = await connect('patient');
    await askAll(slug);
    await transaction(
      runs.ctx,
      async (tx) =>
        await signalGate(tx, id, { type: 'busy', waitMs: 3_600_000, because: 'too many requests' }),
    );
    assert.deepEqual(await claim(10), []);
    assert.equal((await shown(slug)).paused?.reason, 'too many requests');
    assert.equal((await runs.app.call('POST', `/api/providers/${slug}/verify`)).status, 200);
    assert.equal((await shown(slug)).paused, null);
    assert.equal((await claim(10)).length, 10);
    await forgetRuns();
  });

  it('is paused when it fails again and again, then tried with one run until that works', async () => {
    const { id, slug } = await connect('failing');
    await askAll(slug);
    for (let failures = 0; failures < 5; failures += 1) {
      const [run] = await claim(1);
      assert.ok(run);
      runs.providers.faults.openai.script.push({
        match: CREATE,
        then: { status: 503 },
      });
      await executeRun(runs.ctx, adapters, run, new AbortController().signal);
    }
    assert.deepEqual(await claim(10), []);
    assert.notEqual((await shown(slug)).paused, null);

    await sql`update provider_gates set closed_until = now() where provider_id = ${id}`.execute(
      query(runs.ctx),
    );
    const probes = await claim(10);
    assert.equal(probes.length, 1);
    assert.deepEqual(await claim(10), []);
    for (const run of probes) await executeRun(runs.ctx, adapters, run, new AbortController().signal);
    assert.ok((await claim(10)).length > 1);
    await forgetRuns();
  });

  it('gives out no more turns than the requests a minute it allows', async () => {
    const { id } = await connect('paced', { requestsPerMinute: 8 });
    const turns = await Promise.all(Array.from({ length: 20 }, () => takeTurn(runs.ctx, id, 8, 0)));
    assert.equal(turns.filter((turn) => turn.isTaken).length, 2);
    const later = turns.filter((turn) => !turn.isTaken);
    assert.ok(later.every((turn) => turn.waitMs > 0 && turn.waitMs <= 60_000));
  });

  it('waits out its own limit without failing', async () => {
    const { slug } = await connect('slow-lane', { requestsPerMinute: 1 });
    await runs.ask({ skill: 'polite-1', providers: [slug] });
    const [run] = await claim(1);
    assert.ok(run);
    await executeRun(runs.ctx, adapters, run, new AbortController().signal);
    const after = await runs.shown(run.id);
    assert.equal(after.status, 'queued');
    assert.equal(after.error?.code, 'rate_limit:provider');
    await forgetRuns();
  });

  it('turns to error when a run finds its key refused, and the runs that wait do not ask again', async () => {
    const { slug } = await connect('revoked');
    await askAll(slug);
    const [first, second] = await claim(2);
    assert.ok(first && second);
    runs.providers.faults.openai.script.push({
      match: CREATE,
      then: { status: 401, body: '{}' },
    });
    await executeRun(runs.ctx, adapters, first, new AbortController().signal);

    const refused = await shown(slug);
    assert.equal(refused.status, 'error');
    assert.equal(refused.connection.error?.code, 'unauthorized:provider');
    const checks = (await runs.app.call('GET', `/api/providers/${slug}/checks`)).body[
      'items'
    ] as ConnectionCheck[];
    assert.deepEqual(
      checks.map((check) => [check.cause, check.error?.code ?? null]),
      [
        ['run', 'unauthorized:provider'],
        ['create', null],
      ],
    );

    const sent = runs.providers.ledger.entries().length;
    await executeRun(runs.ctx, adapters, second, new AbortController().signal);
    assert.equal(runs.providers.ledger.entries().length, sent, 'nothing was sent');
    const ended = await runs.shown(second.id);
    assert.equal(ended.error?.code, 'unauthorized:provider');
    assert.match(ended.error.message, /revoked cannot be used/);
    await forgetRuns();
  });

  it('that works is not given up for an error that passes', async () => {
    const { slug } = await connect('hiccup');
    runs.providers.faults.openai.script.push({ match: { method: 'GET' }, then: { status: 503 } });
    const verified = (await runs.app.call('POST', `/api/providers/${slug}/verify`))
      .body as unknown as Connection;
    assert.equal(verified.status, 'active');
    assert.equal(verified.connection.error?.code, 'bad_gateway:provider');
  });

  it('that works is not given up for credentials that do not', async () => {
    const { slug, credential } = await connect('rotated');
    const patched = await runs.app.call('PATCH', `/api/providers/${slug}`, {
      credentials: { apiKey: 'a-wrong-key-entirely' },
    });
    assert.equal(patched.status, 502);
    assert.equal(patched.body['code'], 'bad_gateway:provider');
    const kept = await shown(slug);
    assert.equal(kept.status, 'active');
    assert.equal(kept.credential?.fingerprint, credential?.fingerprint);
  });
});

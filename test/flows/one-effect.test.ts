/** One install makes one object, at every kind of provider, whatever becomes of the answer to its create. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { FaultStep } from '../../emulators/faults.ts';
import { adapters } from '../../lib/providers/registry.ts';
import type { Run } from '../../lib/runs/schema.ts';
import { sweepRuns } from '../../lib/runs/sweep.ts';
import { executeRun } from '../../lib/worker/execute-run.ts';
import { PROVIDER_KEY } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

const KINDS = {
  openai: { skills: '/v1/skills', list: 'data' },
  claude: { skills: '/v1/skills', list: 'data' },
  gemini: { skills: '/v1beta1/projects/test/locations/us-central1/skills', list: 'skills' },
} as const;
type Kind = keyof typeof KINDS;

const CREATE = { method: 'POST', path: '/skills$' };
const LIST = { method: 'GET', path: '/skills$' };

describeEachEngine('one effect', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open(), { providerTimeoutMs: 800 });
    for (const kind of ['claude', 'gemini'] as const) {
      const made = await runs.app.call('POST', '/api/providers', runs.providers.connections[kind]);
      assert.equal(made.status, 201, JSON.stringify(made.body));
    }
  });

  after(() => runs.close());

  for (const kind of Object.keys(KINDS) as Kind[]) describe(`at ${kind}`, () => describeKind(kind));

  function describeKind(kind: Kind): void {
    afterEach(() => assert.deepEqual(runs.providers.faults[kind].script, [], 'every planned fault was met'));

    function fault(step: FaultStep): void {
      runs.providers.faults[kind].script.push(step);
    }

    /** Every object of the account, as its own console would show it. */
    async function held(): Promise<number> {
      const headers = { authorization: `Bearer ${PROVIDER_KEY}`, 'anthropic-version': '2023-06-01' };
      const { skills, list } = KINDS[kind];
      const answer = await fetch(`${runs.providers.urls[kind]}${skills}?limit=100`, { headers });
      assert.equal(answer.status, 200, await answer.clone().text());
      return ((await answer.json()) as Record<string, unknown[]>)[list]?.length ?? 0;
    }

    /** How many creates were on the wire. */
    function creates(): number {
      const sent = runs.providers.ledger.entries().filter((one) => one.provider === kind && !one.isLate);
      return sent.filter(({ method, path }) => method === 'POST' && path.split('?')[0] === KINDS[kind].skills)
        .length;
    }

    async function ask(skill: string): Promise<string> {
      // A name may not have that of a provider in it.
      const name = await runs.newSkill(`${skill}-${Object.keys(KINDS).indexOf(kind)}`);
      return await runs.ask({ skill: name, providers: [`${kind}-test`] });
    }

    /** Attempts until the run has ended, then compares what is there and what was sent with before. */
    async function assertOne(
      skill: string,
      step: FaultStep | null,
      expected: number | readonly number[],
      first?: (id: string) => Promise<void>,
    ) {
      const before = { objects: await held(), creates: creates() };
      const id = await ask(skill);
      if (step) fault(step);
      if (first) await first(id);
      let run: Run = await runs.attempt(id);
      while (run.finishedAt === null) run = await runs.attempt(id);
      assert.equal(run.status, 'success', JSON.stringify(run.error));
      assert.match(run.result?.verifiedDigest ?? '', /^sha256:/);
      assert.equal((await held()) - before.objects, 1, 'objects at the provider');
      const sent = creates() - before.creates;
      assert.ok([expected].flat().includes(sent), `${sent} creates on the wire`);
      return run;
    }

    it('comes of a create that is answered', async () => {
      const run = await assertOne('answered', null, 1);
      assert.equal(run.result?.effect, 'created');
    });

    it('comes of a create that was applied and whose answer was lost', async () => {
      await assertOne('answer-lost', { match: CREATE, apply: true, then: 'drop' }, 1);
    });

    it('comes of a create that was applied and answered by a gateway with an error', async () => {
      await assertOne('gateway', { match: CREATE, apply: true, then: { status: 502 } }, 1);
    });

    it('comes of a create that was applied and never answered', async () => {
      await assertOne('never-answered', { match: CREATE, apply: true, then: 'half-open' }, 1);
    });

    it('comes of a create that never arrived', async () => {
      await assertOne('never-arrived', { match: CREATE, apply: false, then: 'drop' }, 2);
    });

    it('comes of a create that is applied later than it was given up', async () => {
      await assertOne('late', { match: CREATE, applyAfterMs: 300, then: 'drop' }, isByName() ? [1, 2] : 1);
    });

    it('comes of a create that the list shows only later', async () => {
      const empty = { status: 200, body: { data: [], has_more: false, skills: [] } };
      await assertOne('lagging', { match: CREATE, apply: true, then: 'drop' }, 1, async (id) => {
        assert.equal((await runs.attempt(id)).status, 'queued');
        if (!isByName()) fault({ match: LIST, then: empty });
      });
    });

    it('comes of a create whose worker died before it wrote down the answer', async () => {
      await assertOne('died', null, 1, async (id) => {
        const run = await runs.claim(id, 1);
        // Its lease is over and the run is somebody else's before the provider answers.
        fault({ match: CREATE, delayMs: 300 });
        const dead = executeRun(runs.ctx, adapters, run, new AbortController().signal);
        await until('the create is on the wire', () => runs.providers.faults[kind].script.length === 0);
        await until('the lease has run out', async () => (await sweepRuns(runs.ctx)) === 1);
        await dead;
        assert.equal((await runs.shown(id)).status, 'queued', 'the dead one wrote nothing');
      });
    });

    it('comes whose answer was lost, however often looking for it fails', async () => {
      await assertOne('unlucky', { match: CREATE, apply: true, then: 'drop' }, 1, async (id) => {
        assert.equal((await runs.attempt(id)).status, 'queued');
        fault({ match: { method: 'GET' }, then: 'drop' });
        assert.equal((await runs.attempt(id)).status, 'queued');
        fault({ match: { method: 'GET' }, then: { status: 503 } });
      });
    });

    /** Where the id of an object is ours to choose, a second create can make no second object. */
    function isByName(): boolean {
      return adapters[kind].capabilities.idOwner === 'caller';
    }
  }
});

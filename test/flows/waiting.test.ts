/** Polling a run or a batch: conditional requests, and answers that wait for a change. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Answer } from '../support/app.ts';
import { describeEachEngine } from '../support/databases.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';

describeEachEngine('a read that waits', (open) => {
  let runs: SteppedRuns;

  before(async () => {
    runs = await startSteppedRuns(await open());
  });
  after(() => runs.close());

  const get = async (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    await runs.app.call('GET', path, undefined, { headers });

  async function newRun(skill: string): Promise<{ id: string; run: string; batch: string }> {
    const id = await runs.ask({ skill: await runs.newSkill(skill) });
    return {
      id,
      run: `/api/install-runs/${id}`,
      batch: `/api/install-batches/${(await runs.shown(id)).batchId}`,
    };
  }

  /** Resolves with 'waiting' when there is no answer after a moment in which there could have been one. */
  async function orWaiting(answering: Promise<Answer>): Promise<Answer | 'waiting'> {
    // Every request takes its turn at the same server: ten of them after the first.
    const others = (async () => {
      for (let turn = 0; turn < 10; turn += 1) await get('/api/me');
      return 'waiting' as const;
    })();
    return await Promise.race([answering, others]);
  }

  it('is answered when the run changes, and says for how long it would have waited', async () => {
    const { id, run, batch } = await newRun('one');
    for (const path of [run, batch]) {
      const etag = (await get(path)).headers.get('etag') ?? '';
      assert.equal((await get(path, { 'if-none-match': etag })).status, 304);
    }
    const waiting = [
      get(run, { prefer: 'wait=20' }),
      get(batch, { prefer: 'respond-async, wait=20' }),
      get(run, { prefer: 'wait=20', 'if-none-match': (await get(run)).headers.get('etag') ?? '' }),
      get(batch, { prefer: 'wait=999', 'if-none-match': (await get(batch)).headers.get('etag') ?? '' }),
    ];
    for (const answering of waiting) assert.equal(await orWaiting(answering), 'waiting');
    await runs.app.call('POST', `${run}/cancel`);
    const answers = await Promise.all(waiting);
    for (const { status, body, headers } of answers) {
      assert.equal(status, 200);
      assert.equal(body['status'], 'canceled');
      assert.match(headers.get('vary') ?? '', /prefer/i);
    }
    assert.deepEqual(
      answers.map(({ headers }) => headers.get('preference-applied')),
      ['wait=20', 'wait=20', 'wait=20', 'wait=30'],
    );
    assert.equal((await runs.shown(id)).status, 'canceled');
  });

  it('is answered at once when there is news already, or none to come', async () => {
    const { run } = await newRun('two');
    assert.equal((await get(run, { prefer: 'wait=20', 'if-none-match': '"another"' })).status, 200);
    assert.equal((await get(run, { prefer: 'wait=0' })).status, 200);
    await runs.app.call('POST', `${run}/cancel`);
    const ended = await get(run, { prefer: 'wait=20' });
    assert.equal(ended.status, 200);
    const etag = ended.headers.get('etag') ?? '';
    const again = await get(run, { prefer: 'wait=20', 'if-none-match': etag });
    assert.deepEqual([again.status, again.headers.get('preference-applied')], [304, 'wait=20']);
  });

  it('is answered with what is known when the time is over', async () => {
    const { run } = await newRun('three');
    const etag = (await get(run)).headers.get('etag') ?? '';
    assert.equal((await get(run, { prefer: 'wait=1' })).status, 200);
    assert.equal((await get(run, { prefer: 'wait=1', 'if-none-match': etag })).status, 304);
  });

  it('does not wait for what cannot be understood, or is not there', async () => {
    const { run } = await newRun('four');
    for (const prefer of ['wait', 'wait=x', 'wait=-1', 'await=20', 'wait=1.5']) {
      const answer = await get(run, { prefer });
      assert.deepEqual([answer.status, answer.headers.get('preference-applied')], [200, null], prefer);
    }
    assert.equal((await get('/api/install-runs/none', { prefer: 'wait=20' })).status, 404);
  });
});

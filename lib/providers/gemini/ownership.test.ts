/** Which skills at Gemini are ours, after lost answers too, and how they are removed. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { failureOf, GeminiStand, SCOPE, TOKEN, skillOf } from '../../../test/support/gemini-stand.ts';
import type { Connection } from '../adapter.ts';
import { installMarker } from '../adopt.ts';
import { geminiAdapter } from './adapter.ts';

let stand: GeminiStand;

beforeEach(async () => {
  stand = new GeminiStand();
  await stand.open();
});
afterEach(async () => await stand.close());

const one = skillOf('one');
const two = skillOf('two');

describe('whose a skill at Gemini is', () => {
  const other = (): Connection => stand.connection({ id: 'prv_somebody-else' });

  it('is told by the label: a stranger under the same id stays untouched', async () => {
    await stand.installed(one, {}, other());
    const failure = await failureOf(stand.install(two));
    assert.deepEqual([failure.code, failure.effect], ['conflict:provider', 'not_applied']);
    assert.deepEqual(stand.mutations, ['create']);
  });

  it('is told by the label: what nobody remembers is taken up again', async () => {
    await stand.installed(one);
    assert.deepEqual(
      [(await stand.installed(one)).effect, (await stand.installed(two)).effect],
      ['noop', 'updated'],
    );
  });

  it('travels with the create', async () => {
    await stand.installed(one);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const path = `${stand.url}/v1beta1/projects/my-project/locations/us-central1/skills/csv-tools`;
    const { labels } = (await (await fetch(path, { headers })).json()) as { labels: unknown };
    assert.deepEqual(labels, { skillconvoy: installMarker('prv_gemini', 'csv-tools') });
  });

  it('is told by equal content after a lost answer, where labels do not work', async () => {
    await stand.installed(one, {}, other());
    const since = new Date();
    const found = await stand.installed(one, { openIntent: { since } });
    assert.equal(found.effect, 'created');
    const later = { openIntent: { since: new Date(Date.now() + 3_600_000) } };
    assert.equal((await failureOf(stand.install(one, later))).code, 'conflict:provider');
  });

  for (const then of ['drop', 'truncated', 'malformed', 'html'] as const) {
    it(`is not forgotten when the answer to a create is lost (${then})`, async () => {
      const openIntent = { since: new Date() };
      stand.faults.push({ match: { method: 'POST' }, apply: true, then });
      const failure = await failureOf(stand.install(one));
      assert.deepEqual([failure.effect, failure.retryable], ['unknown', true]);
      const still = await failureOf(stand.install(one, { openIntent }));
      assert.deepEqual([still.retryable, still.effect], [true, 'not_applied']);
      assert.equal((await stand.installed(one, { openIntent })).effect, 'created');
      assert.deepEqual(stand.mutations, ['create']);
    });
  }

  it('waits for a change of its own whose answer was lost', async () => {
    const prior = await stand.installed(one);
    const openIntent = { since: new Date() };
    stand.faults.push({ match: { method: 'PATCH' }, apply: true, then: 'drop' });
    const lost = await failureOf(stand.install(two, { prior }));
    assert.equal(lost.effect, 'unknown');
    const again = await stand.installed(two, { prior, openIntent });
    assert.deepEqual([again.effect, again.externalVersion], ['updated', '2']);
  });

  it('comes back after a later while when Google refuses a second change at once', async () => {
    const prior = await stand.installed(one);
    const error = { code: 400, message: 'An operation is in progress.', status: 'FAILED_PRECONDITION' };
    stand.faults.push({ match: { method: 'PATCH' }, then: { status: 400, body: { error } } });
    const failure = await failureOf(stand.install(two, { prior }));
    assert.deepEqual(
      [failure.code, failure.retryable, failure.effect],
      ['bad_gateway:provider', true, 'not_applied'],
    );
    assert.ok((failure.retryAfterMs ?? 0) > 0);
  });
});

describe('uninstalling at Gemini', () => {
  it('waits until it is gone, and knows when it is gone already', async () => {
    const remote = await stand.installed(one);
    assert.equal((await geminiAdapter.uninstall(stand.connection(), remote, stand.call())).effect, 'removed');
    assert.equal((await geminiAdapter.uninstall(stand.connection(), remote, stand.call())).effect, 'noop');
    assert.deepEqual(await geminiAdapter.status(stand.connection(), remote, stand.call()), {
      present: false,
    });
  });

  it('leaves an id reserved, so the next install takes the next one, every time the same', async () => {
    const remote = await stand.installed(one);
    await geminiAdapter.uninstall(stand.connection(), remote, stand.call());
    const again = await stand.installed(one);
    assert.deepEqual([again.externalId, again.effect], ['csv-tools-2', 'created']);
    const updated = await stand.installed(two, { prior: again });
    assert.deepEqual([updated.externalId, updated.effect], ['csv-tools-2', 'updated']);
  });

  it('stops waiting when it is told to, not knowing how it ended', async () => {
    const remote = await stand.installed(one);
    const controller = new AbortController();
    const beforeMutation = async (): Promise<void> => void setTimeout(() => controller.abort(), 100);
    const using = stand.call({ signal: controller.signal, beforeMutation });
    const failure = await failureOf(geminiAdapter.uninstall(stand.connection(), remote, using));
    assert.deepEqual([failure.code, failure.effect], ['timeout:provider', 'unknown']);
  });

  it('tells of an operation that ended in an error', async () => {
    const remote = await stand.installed(one);
    const error = { code: 7, message: 'You may not delete this.' };
    const name = `${SCOPE}/skills/csv-tools/operations/1`;
    stand.faults.push({
      match: { method: 'DELETE' },
      then: { status: 200, body: { name, done: true, error } },
    });
    const failure = await failureOf(geminiAdapter.uninstall(stand.connection(), remote, stand.call()));
    assert.deepEqual([failure.code, failure.message], ['forbidden:provider', 'You may not delete this.']);
  });
});

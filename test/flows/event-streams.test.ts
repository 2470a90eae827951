/** Following runs by event streams: order, exact resume, ends, keys, and commits that come late. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { RunEvent } from '../../lib/runs/schema.ts';
import { ADMIN_KEY } from '../support/app.ts';
import { describeEachEngine, type TestDatabase } from '../support/databases.ts';
import { type EventSource, openEvents } from '../support/event-source.ts';
import { type SteppedRuns, startSteppedRuns } from '../support/stepped-runs.ts';
import { until } from '../support/until.ts';

describeEachEngine('event streams', (open) => {
  let database: TestDatabase;
  let runs: SteppedRuns;
  const opened: EventSource[] = [];

  before(async () => {
    database = await open();
    runs = await startSteppedRuns(database, { streamsPerPrincipal: 5 });
    const folder = { slug: 'second', kind: 'local', config: { path: runs.providers.folder } };
    assert.equal((await runs.app.call('POST', '/api/providers', folder)).status, 201);
  });
  after(async () => {
    for (const source of opened) source.close();
    await runs.close();
  });

  async function follow(path: string, lastEventId?: string, key = ADMIN_KEY): Promise<EventSource> {
    const source = await openEvents(`${runs.app.url}${path}`, key, {
      ...(lastEventId !== undefined && { lastEventId }),
    });
    opened.push(source);
    return source;
  }

  async function listed(path: string): Promise<RunEvent[]> {
    const { status, body } = await runs.app.call('GET', path);
    assert.equal(status, 200, JSON.stringify(body));
    return body['items'] as RunEvent[];
  }

  const numbers = (count: number, from = 1) =>
    Array.from({ length: count }, (_, index) => String(from + index));

  it('of a run begin with what was, go on with what comes, and end with the run', async () => {
    const id = await runs.ask({ skill: await runs.newSkill('one') });
    const source = await follow(`/api/install-runs/${id}/events`);
    assert.equal(source.status, 200);
    assert.match(source.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.match(source.headers.get('cache-control') ?? '', /no-/);
    assert.ok(source.headers.get('x-request-id'));
    assert.ok(source.headers.get('x-content-type-options'));
    await source.has(1);
    await runs.attempt(id);
    assert.equal(await source.ended, 'ended');
    assert.match(source.text(), /^retry: \d+\n/);
    assert.deepEqual(source.ids(), numbers(source.events.length));
    assert.deepEqual(
      source.events.map(({ data }) => data),
      await listed(`/api/install-runs/${id}/events`),
    );
    assert.equal(source.events[0]?.type, 'run.created');
    assert.equal(source.events.at(-1)?.type, 'run.succeeded');
    assert.equal(source.events.at(-1)?.data.to, (await runs.shown(id)).status);

    for (let seen = 0; seen < source.events.length; seen += 1) {
      const again = await follow(`/api/install-runs/${id}/events`, seen === 0 ? undefined : String(seen));
      assert.equal(await again.ended, 'ended');
      assert.deepEqual(again.ids(), numbers(source.events.length - seen, seen + 1));
    }
    const last = source.lastId();
    assert.equal((await follow(`/api/install-runs/${id}/events`, last)).status, 204);
    assert.equal((await follow(`/api/install-runs/${id}/events?after=${last}`)).status, 204);
  });

  it('of a batch count its events, and end when every run has ended', async () => {
    const skill = await runs.newSkill('two');
    const { body } = await runs.app.call('POST', '/api/install-runs', {
      skill,
      providers: ['openai-test', 'second'],
    });
    const path = `/api/install-batches/${String(body['batchId'])}/events`;
    const source = await follow(path);
    await source.has(2);
    for (const id of body['runIds'] as string[])
      await runs.app.call('POST', `/api/install-runs/${id}/cancel`);
    assert.equal(await source.ended, 'ended');
    assert.deepEqual(source.ids(), numbers(4));
    assert.deepEqual(
      source.events.map(({ data }) => data),
      await listed(path),
    );
    const again = await follow(path, '3');
    assert.equal(await again.ended, 'ended');
    assert.deepEqual(again.events, source.events.slice(3));
    assert.equal((await follow(path, '4')).status, 204);

    const { body: page } = await runs.app.call('GET', `${path}?limit=3`);
    const rest = await listed(`${path}?limit=3&cursor=${String(page['nextCursor'])}`);
    assert.deepEqual(
      rest.map(({ id }) => id),
      ['4'],
    );
    assert.deepEqual(
      (await listed(`${path}?after=2`)).map(({ id }) => id),
      ['3', '4'],
    );
  });

  it('of everything begin now, and resume from any id', async () => {
    const before = await listed('/api/events');
    const source = await follow('/api/events');
    const id = await runs.ask({ skill: await runs.newSkill('three') });
    await source.has(1);
    await runs.app.call('POST', `/api/install-runs/${id}/cancel`);
    await source.has(2);
    assert.deepEqual(
      source.events.map(({ type, data }) => [type, data.runId]),
      [
        ['run.created', id],
        ['run.canceled', id],
      ],
    );
    const all = await listed('/api/events');
    assert.deepEqual(all, [...before, ...source.events.map(({ data }) => data)]);
    for (const [index, event] of all.entries()) {
      const again = await follow('/api/events', event.id);
      await again.has(all.length - index - 1);
      assert.deepEqual(
        again.events.map(({ data }) => data),
        all.slice(index + 1),
      );
      again.close();
      await again.ended;
    }
    source.close();
  });

  it('of everything can be resumed by who has seen nothing', async () => {
    const source = await follow('/api/events');
    const place = await until('the place is known', () => source.lastId() || null);
    source.close();
    const id = await runs.ask({ skill: await runs.newSkill('four') });
    const again = await follow('/api/events', place);
    await again.has(1);
    assert.equal(again.events[0]?.data.runId, id);
    again.close();
  });

  it('are refused to who asks for what is not there', async () => {
    assert.equal((await follow('/api/install-runs/none/events')).status, 404);
    assert.equal((await follow('/api/install-batches/none/events')).status, 404);
    for (const wrong of ['x', '-1', '1.5', '99999999999999999999'])
      assert.equal((await follow('/api/events', wrong)).status, 400, wrong);
    assert.equal((await follow('/api/events', undefined, 'not-a-key')).status, 401);
  });

  it('end within five seconds when their key is revoked, and are limited in number', async () => {
    const { body: key } = await runs.app.call('POST', '/api/keys', { name: 'short', role: 'viewer' });
    const mine = await Promise.all(
      Array.from({ length: 5 }, async () => await follow('/api/events', undefined, String(key['key']))),
    );
    assert.deepEqual(
      mine.map(({ status }) => status),
      [200, 200, 200, 200, 200],
    );
    const tooMany = await follow('/api/events', undefined, String(key['key']));
    assert.equal(tooMany.status, 429);
    assert.ok(Number(tooMany.headers.get('retry-after')) > 0);
    const other = await follow('/api/events');
    assert.equal(other.status, 200, 'others are not concerned');
    await runs.app.call('DELETE', `/api/keys/${String(key['id'])}`);
    const revokedAt = performance.now();
    for (const source of mine) assert.equal(await source.ended, 'ended');
    assert.ok(performance.now() - revokedAt < 5000, 'they ended in time');
    other.close();
  });
});

/** The part of the conformance suite about networks that lose, delay and spoil what is sent. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createEgress, type Fetch } from '../kernel/egress.ts';
import type { Call } from './adapter.ts';
import { skillPackage, type Stand, type Subject, type Wire } from './conformance-stand.ts';

export function describeNetwork(subject: Subject, wire: Wire, stand: () => Stand): void {
  describeManners(subject, stand);
  describeSenselessAnswers(subject, wire, stand);
  describeLostAnswers(subject, wire, stand);
  describeReadingBack(wire, stand);
  describeSlowness(subject, wire, stand);
}

function describeManners({ adapter }: Subject, stand: () => Stand): void {
  it('verifies with one reading request', async () => {
    await adapter.verify(stand().connection(), stand().call());
    assert.equal(stand().seen.length, 1);
    assert.match(stand().seen[0] ?? '', /^GET /);
  });

  it('waits for its turn before every request, and asks before every change', async () => {
    let turns = 0;
    const call = { beforeRequest: async () => void (turns += 1) };
    const prior = await stand().install({}, call);
    assert.equal(prior.outcome, 'done');
    await stand().install({ prior, package: skillPackage('two') }, call);
    await adapter.list(stand().connection(), null, stand().call(call));
    await adapter.uninstall(stand().connection(), prior, stand().call(call));
    assert.equal(turns, stand().seen.length);
    const changes = stand().seen.filter((request) => !request.startsWith('GET '));
    assert.equal(stand().mutations.length, changes.length);
  });

  it('tells of every request: what it was to change, how long it took and by which name', async () => {
    const done = await stand().installed();
    const { exchanges } = stand();
    assert.equal(exchanges.length, stand().seen.length);
    const changes = exchanges.filter(({ mutation }) => mutation !== null);
    assert.deepEqual(
      changes.map(({ mutation, failure }) => [mutation, failure]),
      [['create', null]],
    );
    assert.ok(exchanges.every(({ latencyMs }) => Number.isInteger(latencyMs)));
    assert.ok(exchanges.some(({ providerRequestId }) => providerRequestId === done.providerRequestId));
    stand().faults.push({ match: { method: 'GET' }, then: { status: 503 } });
    const failure = await stand().failure(adapter.verify(stand().connection(), stand().call()));
    assert.deepEqual(exchanges.at(-1)?.failure, failure);
  });

  it('sends nothing when its turn does not come', async () => {
    const refusal = new Error('the provider asked to wait');
    const beforeRequest = async (): Promise<void> => await Promise.reject(refusal);
    await assert.rejects(stand().install({}, { beforeRequest }), refusal);
    await assert.rejects(adapter.verify(stand().connection(), stand().call({ beforeRequest })), refusal);
    assert.deepEqual(stand().seen, []);
  });

  it('knows that a refused connection changed nothing', async () => {
    await stand().close();
    const failure = await stand().failure(stand().install());
    assert.deepEqual([failure.effect, failure.retryable], ['not_applied', true]);
  });
}

const SENSELESS = [
  ['HTML', '<html>Welcome</html>', 'text/html'],
  ['JSON under another content type', '{"data":[],"has_more":false,"next_page":null}', 'text/plain'],
  ['JSON of another form', '{"skills":"none","data":7}', 'application/json'],
  ['a bare value', 'null', 'application/json'],
  ['a poisoned prototype', '{"__proto__":{"data":[],"skills":[]},"data":{},"skills":{}}', 'application/json'],
  ['broken JSON', '{"data":[', 'application/json'],
  ['nothing', '', 'application/json'],
] as const;

function describeSenselessAnswers({ adapter }: Subject, wire: Wire, stand: () => Stand): void {
  for (const [name, body, type] of SENSELESS) {
    const then = { status: 200, headers: { 'content-type': type }, body };
    it(`takes a success of ${name} for a failure`, async () => {
      stand().faults.push({ then });
      const failure = await stand().failure(adapter.verify(stand().connection(), stand().call()));
      assert.deepEqual([failure.code, failure.effect], ['bad_gateway:provider', 'not_applied']);
    });

    it(`does not know what became of a create that answered ${name}`, async () => {
      stand().faults.push({ match: wire.create, then });
      const failure = await stand().failure(stand().install());
      assert.deepEqual([failure.code, failure.effect], ['bad_gateway:provider', 'unknown']);
    });
  }

  it('reads no more of an answer than it may', async () => {
    const fetch = createEgress({ allowedHosts: ['127.0.0.1'], maxResponseBytes: 100_000 });
    const then = { oversized: 400_000 };
    stand().faults.push({ then });
    const read = await stand().failure(adapter.verify(stand().connection(), stand().call({ fetch })));
    assert.deepEqual(
      [read.code, read.effect, read.retryable],
      ['bad_gateway:provider', 'not_applied', false],
    );
    stand().faults.push({ match: wire.create, apply: true, then });
    const changed = await stand().failure(stand().install({}, { fetch }));
    assert.deepEqual([changed.code, changed.effect], ['bad_gateway:provider', 'unknown']);
  });
}

function describeLostAnswers({ adapter }: Subject, wire: Wire, stand: () => Stand): void {
  for (const then of ['drop', 'truncated', 'malformed', 'html', 'wrong-type'] as const) {
    it(`adopts what it created when the answer was lost (${then})`, async () => {
      const openIntent = { since: new Date() };
      stand().faults.push({ match: wire.create, apply: true, then });
      const failure = await stand().failure(stand().install());
      assert.equal(failure.code, 'bad_gateway:provider');
      assert.deepEqual([failure.effect, failure.retryable], ['unknown', true]);
      const found = await stand().installed({ openIntent });
      assert.equal(found.effect, 'created');
      assert.equal(await stand().countSkills(), 1);
      assert.deepEqual(stand().mutations, ['create']);
    });
  }

  it('creates once more when the lost request had not arrived', async () => {
    const openIntent = { since: new Date() };
    stand().faults.push({ match: wire.create, apply: false, then: 'drop' });
    assert.equal((await stand().failure(stand().install())).effect, 'unknown');
    assert.equal((await stand().installed({ openIntent })).effect, 'created');
    assert.equal(await stand().countSkills(), 1);
  });

  it('adds no second version when the answer to the first was lost', async () => {
    const prior = await stand().installed();
    const openIntent = { since: new Date() };
    stand().faults.push({ match: wire.update, apply: true, then: 'drop' });
    const two = skillPackage('two');
    assert.equal((await stand().failure(stand().install({ prior, package: two }))).effect, 'unknown');
    const result = await stand().installed({ prior, package: two, openIntent });
    assert.equal(result.effect, 'updated');
    assert.equal(stand().mutations.filter((one) => one === 'create_version').length, 1);
  });

  it('removes no more than once when the answer to a delete was lost', async () => {
    const prior = await stand().installed();
    stand().faults.push({ match: wire.remove, apply: true, then: 'drop' });
    assert.equal((await stand().failure(stand().uninstall(prior))).effect, 'unknown');
    const again = await stand().uninstall(prior);
    assert.ok(['removed', 'noop'].includes(again.effect));
    assert.equal(await stand().countSkills(), 0);
  });

  it('settles on the same one of two that lost answers left behind', async () => {
    const openIntent = { since: new Date() };
    stand().faults.push({ match: wire.create, times: 2, apply: true, then: 'drop' });
    await Promise.allSettled([stand().install(), stand().install()]);
    stand().faults.length = 0;
    const before = stand().mutations.length;
    const [one, other] = [await stand().installed({ openIntent }), await stand().installed({ openIntent })];
    assert.equal(one.externalId, other.externalId);
    assert.equal(stand().mutations.length, before);
  });

  it('is not confused by a list with everything twice', async () => {
    const { externalId } = await stand().installed();
    stand().faults.push({ match: { method: 'GET', path: '/skills$' }, then: 'duplicate-ids' });
    const { skills } = await adapter.list(stand().connection(), null, stand().call());
    assert.deepEqual([...new Set(skills.map((skill) => skill.externalId))], [externalId]);
    stand().faults.push({ match: { method: 'GET', path: '/skills$' }, then: 'duplicate-ids' });
    const openIntent = { since: new Date(Date.now() - 1000) };
    assert.equal((await stand().installed({ openIntent })).externalId, externalId);
    assert.deepEqual(stand().mutations, ['create']);
  });

  it('does not take the 404 of something else for "gone"', async () => {
    const prior = await stand().installed();
    const then = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not Found</html>' };
    stand().faults.push({ match: wire.remove, then });
    assert.equal((await stand().failure(stand().uninstall(prior))).code, 'bad_gateway:provider');
    assert.equal(await stand().countSkills(), 1);
  });
}

function describeReadingBack(wire: Wire, stand: () => Stand): void {
  it('does not call it done when the provider keeps other content', async () => {
    const other = skillPackage('two');
    const fetch = atReadBack(wire, stand().call().fetch, async () => await wire.download(other));
    const half = await stand().install({}, { fetch });
    assert.ok(half.outcome === 'partial');
    assert.deepEqual([half.failure.code, half.failure.retryable], ['bad_gateway:provider', false]);
    const prior = await stand().installed({ prior: half });
    const later = await stand().install({ prior, package: skillPackage('three') }, { fetch });
    assert.ok(later.outcome === 'partial' && !later.failure.retryable);
  });

  it('says that something was changed when it is stopped after a create', async () => {
    const controller = new AbortController();
    const fetch = atReadBack(wire, stand().call().fetch, async () => controller.abort());
    const failure = await stand().failure(stand().install({}, { fetch, signal: controller.signal }));
    assert.deepEqual([failure.code, failure.effect], ['timeout:provider', 'unknown']);
  });

  it('keeps the id of what it created when reading it back fails', async () => {
    stand().faults.push({ match: wire.readBack, then: { status: 500 } });
    const half = await stand().install();
    assert.ok(half.outcome === 'partial');
    assert.equal(half.failure.code, 'bad_gateway:provider');
    const whole = await stand().installed({ prior: half });
    assert.deepEqual([whole.effect, whole.externalId], ['noop', half.externalId]);
  });
}

/** A fetch that does something else, or something more, where content is read back. */
function atReadBack(wire: Wire, fetch: Fetch, instead: () => Promise<Response | void>): Fetch {
  const path = new RegExp(wire.readBack.path ?? '');
  return async function changed(input, init) {
    const { url } = new Request(input);
    const answer = path.test(new URL(url).pathname) ? await instead() : undefined;
    return answer ?? (await fetch(input, init));
  };
}

function describeSlowness({ adapter }: Subject, wire: Wire, stand: () => Stand): void {
  for (const then of ['half-open', { slow: 1 }] as const) {
    const how = typeof then === 'string' ? 'never' : 'too slowly';
    it(`stops at its time limit when an answer comes ${how}`, async () => {
      stand().faults.push({ then });
      const read = stand().call({ timeoutMs: 150 });
      const verified = await stand().failure(adapter.verify(stand().connection(), read));
      assert.deepEqual([verified.code, verified.effect], ['timeout:provider', 'not_applied']);
      stand().faults.push({ match: wire.create, then });
      const created = await stand().failure(stand().install({}, { timeoutMs: 150 }));
      assert.deepEqual(
        [created.code, created.effect, created.retryable],
        ['timeout:provider', 'unknown', true],
      );
    });
  }

  for (const [operation, effect] of [
    ['verify', 'not_applied'],
    ['list', 'not_applied'],
    ['status', 'not_applied'],
    ['uninstall', 'unknown'],
    ['install', 'unknown'],
  ] as const) {
    it(`stops to ${operation} at once when it is told to`, async () => {
      const remote = await stand().installed();
      const controller = new AbortController();
      const stop = (): void => controller.abort();
      const change = { uninstall: wire.remove, install: wire.update }[operation as string];
      stand().faults.push({ ...(change && { match: change }), then: 'half-open' });
      if (change === undefined) stand().onArrival = stop;
      const beforeMutation: Call['beforeMutation'] = async () => void (stand().onArrival = stop);
      const call = stand().call({ signal: controller.signal, beforeMutation });
      const work = {
        verify: () => adapter.verify(stand().connection(), call),
        list: () => adapter.list(stand().connection(), null, call),
        status: () => adapter.status(stand().connection(), remote, call),
        uninstall: () => adapter.uninstall(stand().connection(), remote, call),
        install: () => stand().install({ prior: remote, package: skillPackage('two') }, call),
      }[operation];
      const failure = await stand().failure(work());
      assert.deepEqual([failure.code, failure.effect], ['timeout:provider', effect]);
    });
  }
}

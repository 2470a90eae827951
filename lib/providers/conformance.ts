/** What every adapter must do, as tests to be run against an emulator of its provider. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Fetch } from '../kernel/egress.ts';
import { packZip } from './archive.ts';
import { skillPackage, Stand, type Subject } from './conformance-stand.ts';

const CREATE = { method: 'POST', path: '/skills$' };
const ANY_POST = { method: 'POST' };

/** Declares the tests; call it once at the top of an adapter's test file. */
export function describeConformance(subject: Subject, more?: (stand: () => Stand) => void): void {
  describe(`the ${subject.adapter.kind} adapter`, () => {
    let stand: Stand;
    beforeEach(async () => {
      stand = new Stand(subject);
      await stand.open();
    });
    afterEach(async () => await stand.close());
    describeVerify(subject, () => stand);
    describeInstall(subject, () => stand);
    describeList(subject, () => stand);
    describeFaults(() => stand);
    describeUninstall(subject, () => stand);
    more?.(() => stand);
  });
}

function describeVerify({ adapter }: Subject, stand: () => Stand): void {
  it('verifies with one reading request', async () => {
    const { seen, mutations } = stand();
    const result = await adapter.verify(stand().connection(), stand().call());
    assert.ok(result.latencyMs >= 0);
    assert.equal(seen.length, 1);
    assert.match(seen[0] ?? '', /^GET /);
    assert.deepEqual(mutations, []);
  });

  it('says that a key was not accepted, without showing it', async () => {
    const connection = stand().connection('wrong-key-0123456789');
    const failure = await stand().failure(adapter.verify(connection, stand().call()));
    assert.equal(failure.code, 'unauthorized:provider');
    assert.equal(failure.providerStatus, 401);
    assert.equal(failure.retryable, false);
    assert.doesNotMatch(failure.message, /0123456789/);
  });

  for (const [name, body, type] of [
    ['HTML', '<html>Welcome</html>', 'text/html'],
    ['JSON under another content type', '{"data":[],"has_more":false,"next_page":null}', 'text/plain'],
    ['JSON of another form', '{"skills":"none"}', 'application/json'],
    ['broken JSON', '{"data":[', 'application/json'],
    ['nothing', '', 'application/json'],
  ] as const) {
    it(`takes a success of ${name} for a failure`, async () => {
      stand().faults.push({ then: { status: 200, headers: { 'content-type': type }, body } });
      const failure = await stand().failure(adapter.verify(stand().connection(), stand().call()));
      assert.equal(failure.code, 'bad_gateway:provider');
      assert.equal(failure.effect, 'not_applied');
    });
  }
}

function describeInstall({ adapter }: Subject, stand: () => Stand): void {
  it('creates a skill, reads it back and finds it again', async () => {
    const first = await stand().installed({});
    assert.equal(first.effect, 'created');
    assert.equal(first.verifiedDigest, skillPackage('one').digest);
    assert.deepEqual(stand().mutations, ['create']);
    const status = await adapter.status(stand().connection(), first, stand().call());
    assert.ok(status.present);
    assert.equal(status.digest, first.verifiedDigest);
    assert.equal(status.externalVersion, first.externalVersion);
  });

  it('does nothing when the same content is served already', async () => {
    const prior = await stand().installed({});
    const again = await stand().installed({ prior });
    assert.equal(again.effect, 'noop');
    assert.equal(again.externalId, prior.externalId);
    assert.deepEqual(stand().mutations, ['create']);
  });

  it('makes other content the served version of the same skill, and back again', async () => {
    const prior = await stand().installed({});
    const other = await stand().installed({ prior, package: skillPackage('two') });
    assert.equal(other.effect, 'updated');
    assert.equal(other.externalId, prior.externalId);
    assert.equal(other.verifiedDigest, skillPackage('two').digest);
    const back = await stand().installed({ prior: other });
    assert.equal(back.effect, 'updated');
    assert.equal(back.verifiedDigest, skillPackage('one').digest);
    assert.equal(await stand().countSkills(), 1);
  });

  it('creates the skill again when somebody deleted it', async () => {
    const prior = await stand().installed({});
    await adapter.uninstall(stand().connection(), prior, stand().call());
    const again = await stand().installed({ prior });
    assert.equal(again.effect, 'created');
    assert.equal(await stand().countSkills(), 1);
  });

  it('sends nothing when the run may no longer act', async () => {
    const refusal = new Error('the lease is lost');
    const beforeMutation = async (): Promise<void> => await Promise.reject(refusal);
    await assert.rejects(stand().install({}, { beforeMutation }), refusal);
    assert.equal(await stand().countSkills(), 0);
  });
}

function describeList({ adapter }: Subject, stand: () => Stand): void {
  it('lists what the account holds, over several pages, each skill once', async () => {
    const made = new Map<string, string | null>();
    for (let number = 0; number < 255; number += 1) {
      const one = await stand().installed({ package: skillPackage('x', `listed-${number}`) });
      made.set(one.externalId, one.externalVersion);
    }
    const listed = await stand().listed();
    assert.deepEqual(listed.map((skill) => skill.externalId).toSorted(), [...made.keys()].toSorted());
    for (const { externalId, externalVersion } of listed)
      assert.ok(externalVersion === null || externalVersion === made.get(externalId));
  });

  it('lists nothing in an account that holds nothing', async () => {
    const page = await adapter.list(stand().connection(), null, stand().call());
    assert.deepEqual(page, { skills: [], next: null });
  });

  it('shows what a list was refused with', async () => {
    stand().faults.push({ then: { status: 500, body: {} } });
    const failure = await stand().failure(adapter.list(stand().connection(), null, stand().call()));
    assert.deepEqual([failure.code, failure.effect], ['bad_gateway:provider', 'not_applied']);
  });
}

function describeFaults(stand: () => Stand): void {
  for (const then of ['drop', 'truncated', 'malformed', 'html'] as const) {
    it(`adopts what it created when the answer was lost (${then})`, async () => {
      const openIntent = { since: new Date() };
      stand().faults.push({ match: CREATE, apply: true, then });
      const failure = await stand().failure(stand().install({}));
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
    stand().faults.push({ match: CREATE, apply: false, then: 'drop' });
    assert.equal((await stand().failure(stand().install({}))).effect, 'unknown');
    assert.equal((await stand().installed({ openIntent })).effect, 'created');
    assert.equal(await stand().countSkills(), 1);
  });

  it('adds no second version when the answer to the first was lost', async () => {
    const prior = await stand().installed({});
    const openIntent = { since: new Date() };
    stand().faults.push({ match: ANY_POST, apply: true, then: 'drop' });
    const two = skillPackage('two');
    assert.equal((await stand().failure(stand().install({ prior, package: two }))).effect, 'unknown');
    const result = await stand().installed({ prior, package: two, openIntent });
    assert.equal(result.effect, 'updated');
    assert.equal(stand().mutations.filter((one) => one === 'create_version').length, 1);
  });

  it('stops at its time limit and says that it does not know', async () => {
    stand().faults.push({ match: CREATE, delayMs: 400 });
    const failure = await stand().failure(stand().install({}, { timeoutMs: 100 }));
    assert.deepEqual([failure.code, failure.effect], ['timeout:provider', 'unknown']);
  });

  it('stops when it is told to', async () => {
    stand().faults.push({ match: CREATE, delayMs: 400 });
    const controller = new AbortController();
    const beforeMutation = async (): Promise<void> => void setTimeout(() => controller.abort(), 50);
    const call = { signal: controller.signal, beforeMutation };
    const failure = await stand().failure(stand().install({}, call));
    assert.deepEqual([failure.code, failure.effect], ['timeout:provider', 'unknown']);
  });

  it('knows that a refused connection changed nothing', async () => {
    await stand().close();
    const failure = await stand().failure(stand().install({}));
    assert.deepEqual([failure.effect, failure.retryable], ['not_applied', true]);
  });

  for (const [status, headers, code, effect, retryAfterMs] of [
    [429, { 'retry-after': '7' }, 'rate_limit:provider', 'not_applied', 7000],
    [500, {}, 'bad_gateway:provider', 'unknown', null],
    [503, { 'retry-after': '2' }, 'bad_gateway:provider', 'unknown', 2000],
    [400, {}, 'unprocessable:provider', 'not_applied', null],
    [403, {}, 'forbidden:provider', 'not_applied', null],
    [413, {}, 'payload_too_large:provider', 'not_applied', null],
  ] as const) {
    it(`reports ${status} on a create after one attempt`, async () => {
      const body = { error: { message: 'no', type: 'some_error' } };
      stand().faults.push({ match: CREATE, then: { status, headers, body } });
      const failure = await stand().failure(stand().install({}));
      assert.deepEqual([failure.code, failure.effect], [code, effect]);
      assert.equal(failure.retryAfterMs, retryAfterMs);
      assert.equal(stand().seen.filter((one) => one.startsWith('POST')).length, 1);
    });
  }

  it('does not call it done when the provider keeps other content', async () => {
    const zip = Buffer.from(await packZip(skillPackage('two').files, 'csv-tools'));
    const fetch = beforeContent(stand().call().fetch, () => new Response(zip));
    const half = await stand().install({}, { fetch });
    assert.equal(half.outcome, 'partial');
    assert.deepEqual([half.failure.code, half.failure.retryable], ['bad_gateway:provider', false]);
    const prior = await stand().installed({ prior: half });
    const later = await stand().install({ prior, package: skillPackage('three') }, { fetch });
    assert.equal(later.outcome, 'partial');
    assert.equal(later.failure.retryable, false);
  });

  it('says that something was changed when it is stopped after a create', async () => {
    const controller = new AbortController();
    const fetch = beforeContent(stand().call().fetch, () => controller.abort());
    const failure = await stand().failure(stand().install({}, { fetch, signal: controller.signal }));
    assert.deepEqual([failure.code, failure.effect], ['timeout:provider', 'unknown']);
  });

  it('keeps the id of what it created when reading it back fails', async () => {
    stand().faults.push({ match: { method: 'GET', path: '/content$' }, then: { status: 500 } });
    const half = await stand().install({});
    assert.equal(half.outcome, 'partial');
    assert.equal(half.failure.code, 'bad_gateway:provider');
    const whole = await stand().installed({ prior: half });
    assert.deepEqual([whole.effect, whole.externalId], ['noop', half.externalId]);
  });
}

/** A fetch that does something else, or something more, where content is downloaded. */
function beforeContent(fetch: Fetch, instead: () => Response | void): Fetch {
  return async function changed(input, init) {
    const { url } = new Request(input);
    const isDownload = new URL(url).pathname.endsWith('/content');
    const answer = isDownload ? instead() : undefined;
    return answer ?? (await fetch(input, init));
  };
}

function describeUninstall({ adapter }: Subject, stand: () => Stand): void {
  it('removes a skill with all its versions, and a second time finds nothing to do', async () => {
    const prior = await stand().installed({});
    const newest = await stand().installed({ prior, package: skillPackage('two') });
    const removed = await adapter.uninstall(stand().connection(), newest, stand().call());
    assert.equal(removed.effect, 'removed');
    assert.equal(await stand().countSkills(), 0);
    const status = await adapter.status(stand().connection(), newest, stand().call());
    assert.deepEqual(status, { present: false });
    const again = await adapter.uninstall(stand().connection(), newest, stand().call());
    assert.equal(again.effect, 'noop');
  });

  it('does not take the 404 of something else for "gone"', async () => {
    const prior = await stand().installed({});
    const then = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not Found</html>' };
    stand().faults.push({ match: { method: 'DELETE' }, then });
    const work = adapter.uninstall(stand().connection(), prior, stand().call());
    assert.equal((await stand().failure(work)).code, 'bad_gateway:provider');
    assert.equal(await stand().countSkills(), 1);
  });
}

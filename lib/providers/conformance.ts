/** What every adapter must do, as tests to be run against an emulator of its provider or a folder. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { installMarker } from './adopt.ts';
import { describeByHand } from './conformance-by-hand.ts';
import { describeErrors } from './conformance-errors.ts';
import { describeNetwork } from './conformance-network.ts';
import { describePending } from './conformance-pending.ts';
import { skillPackage, Stand, type Subject } from './conformance-stand.ts';

/** Declares the tests; call it once at the top of a test file. `more` adds those of the kind alone. */
export function describeConformance(subject: Subject, more?: (stand: () => Stand) => void): void {
  const { kind, capabilities } = subject.adapter;
  describe(`the ${kind} adapter`, () => {
    let stand: Stand;
    beforeEach(async () => {
      stand = new Stand(subject);
      await stand.open();
    });
    afterEach(async () => await stand.close());
    it('has a wire to spoil if it sends requests', () => {
      assert.equal(subject.wire === null, capabilities.reach === 'disk');
    });
    describeInstall(subject, () => stand);
    describeList(subject, () => stand);
    describeUninstall(() => stand);
    describeStops(subject, () => stand);
    describeByHand(subject, () => stand);
    if (capabilities.isAsync) describePending(subject, () => stand);
    if (subject.wire !== null) {
      describeNetwork(subject, subject.wire, () => stand);
      describeErrors(subject, subject.wire, () => stand);
    }
    more?.(() => stand);
  });
}

function describeInstall({ adapter }: Subject, stand: () => Stand): void {
  const { canDownload } = adapter.capabilities;
  /** What can be said of content: its digest where it can be read back. */
  const readable = (text: string): string | null => (canDownload ? skillPackage(text).digest : null);

  it('verifies without changing anything', async () => {
    const result = await adapter.verify(stand().connection(), stand().call());
    assert.ok(Number.isInteger(result.latencyMs) && result.latencyMs >= 0);
    assert.deepEqual(stand().mutations, []);
    assert.equal(await stand().countSkills(), 0);
  });

  it('creates a skill, reads it back and finds it again', async () => {
    const first = await stand().installed();
    assert.equal(first.effect, 'created');
    assert.equal(first.verifiedDigest, readable('one'));
    assert.deepEqual(stand().mutations, ['create']);
    const status = await stand().status(first);
    assert.ok(status.present);
    assert.equal(status.digest, first.verifiedDigest);
    assert.equal(status.externalId, first.externalId);
    assert.equal(status.externalVersion, first.externalVersion);
  });

  it('does nothing when the same content is served already', async () => {
    const prior = await stand().installed();
    const again = await stand().installed({ prior });
    assert.equal(again.effect, 'noop');
    assert.deepEqual([again.externalId, again.externalVersion], [prior.externalId, prior.externalVersion]);
    assert.deepEqual(stand().mutations, ['create']);
  });

  it('makes other content the served version of the same skill, and back again', async () => {
    const prior = await stand().installed();
    const other = await stand().installed({ prior, package: skillPackage('two') });
    assert.equal(other.effect, 'updated');
    assert.equal(other.externalId, prior.externalId);
    assert.notEqual(other.externalVersion, prior.externalVersion);
    assert.equal(other.verifiedDigest, readable('two'));
    const back = await stand().installed({ prior: other });
    assert.equal(back.effect, 'updated');
    assert.equal(back.verifiedDigest, readable('one'));
    const status = await stand().status(back);
    assert.ok(status.present);
    assert.deepEqual([status.digest, status.externalVersion], [back.verifiedDigest, back.externalVersion]);
    assert.equal(await stand().countSkills(), 1);
  });

  it('keeps several skills apart', async () => {
    const one = await stand().installed();
    const other = await stand().installed({ package: skillPackage('one', 'pdf-tools') });
    assert.notEqual(one.externalId, other.externalId);
    await stand().uninstall(one);
    assert.ok((await stand().status(other)).present);
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
  const { listing } = adapter.capabilities;

  it('lists what the account holds, over several pages, each skill once', async () => {
    const made = new Map<string, string | null>();
    for (let number = 0; number < 255; number += 1) {
      const one = await stand().installed({ package: skillPackage('x', `listed-${number}`) });
      made.set(one.externalId, one.externalVersion);
    }
    const listed = await stand().listed();
    assert.deepEqual(listed.map((skill) => skill.externalId).toSorted(), [...made.keys()].toSorted());
    for (const { externalId, externalVersion } of listed)
      assert.equal(externalVersion, listing.versions ? made.get(externalId) : null);
  });

  it('shows of each skill what it declares', async () => {
    const { externalId } = await stand().installed();
    const [shown, ...others] = await stand().listed();
    assert.ok(shown && others.length === 0);
    assert.equal(shown.externalId, externalId);
    assert.equal(shown.name, listing.names ? 'csv-tools' : null);
    assert.equal(shown.mark, listing.marks ? installMarker(stand().connection().id, 'csv-tools') : null);
    assert.ok(shown.createdAt && Math.abs(Date.now() - shown.createdAt.getTime()) < 60_000);
  });

  it('lists nothing in an account that holds nothing', async () => {
    const { skills, next } = await adapter.list(stand().connection(), null, stand().call());
    assert.deepEqual({ skills, next }, { skills: [], next: null });
  });
}

function describeUninstall(stand: () => Stand): void {
  it('removes a skill with all its versions, and a second time finds nothing to do', async () => {
    const prior = await stand().installed();
    const newest = await stand().installed({ prior, package: skillPackage('two') });
    assert.equal((await stand().uninstall(newest)).effect, 'removed');
    assert.equal(await stand().countSkills(), 0);
    assert.equal((await stand().status(newest)).present, false);
    assert.equal((await stand().uninstall(newest)).effect, 'noop');
    assert.equal(stand().mutations.filter((one) => one === 'create').length, 1);
  });

  it('can be installed again after it was removed', async () => {
    const prior = await stand().installed();
    await stand().uninstall(prior);
    const again = await stand().installed();
    assert.equal(again.effect, 'created');
    assert.equal(await stand().countSkills(), 1);
  });
}

/** Whatever an adapter is asked, a signal that is over already means that nothing begins. */
function describeStops({ adapter }: Subject, stand: () => Stand): void {
  for (const operation of ['verify', 'list', 'status', 'install', 'uninstall'] as const) {
    it(`does not begin to ${operation} when it was stopped before`, async () => {
      const remote = await stand().installed();
      const before = { seen: stand().seen.length, mutations: stand().mutations.length };
      const call = stand().call({ signal: AbortSignal.abort(new Error('canceled')) });
      const connection = stand().connection();
      const work = {
        verify: () => adapter.verify(connection, call),
        list: () => adapter.list(connection, null, call),
        status: () => adapter.status(connection, remote, call),
        install: () => stand().install({ prior: remote, package: skillPackage('two') }, call),
        uninstall: () => adapter.uninstall(connection, remote, call),
      }[operation];
      const failure = await stand().failure(work());
      assert.deepEqual([failure.code, failure.effect], ['timeout:provider', 'not_applied']);
      assert.deepEqual({ seen: stand().seen.length, mutations: stand().mutations.length }, before);
    });
  }
}

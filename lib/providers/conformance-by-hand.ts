/** The part of the conformance suite about what others do to the account, and what must not be done to theirs. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { skillPackage, type Stand, type Subject } from './conformance-stand.ts';

export function describeByHand(subject: Subject, stand: () => Stand): void {
  describeDeleted(stand);
  describeChanged(subject, stand);
  describeForeign(subject, stand);
}

function describeDeleted(stand: () => Stand): void {
  it('sees that somebody deleted the skill, and creates it again', async () => {
    const prior = await stand().installed();
    await stand().byHand.remove(prior.externalId);
    assert.equal((await stand().status(prior)).present, false);
    const again = await stand().installed({ prior });
    assert.equal(again.effect, 'created');
    assert.equal(await stand().countSkills(), 1);
    assert.ok((await stand().status(again)).present);
  });

  it('has nothing to uninstall when somebody deleted the skill', async () => {
    const prior = await stand().installed();
    await stand().byHand.remove(prior.externalId);
    assert.equal((await stand().uninstall(prior)).effect, 'noop');
  });
}

function describeChanged({ adapter }: Subject, stand: () => Stand): void {
  const { canDownload, pinning } = adapter.capabilities;

  it('sees that somebody changed what is served, and puts it right', async () => {
    const prior = await stand().installed();
    // Another program with the same key, as far as the provider can tell.
    await stand().installed({ prior, package: skillPackage('changed') });
    const status = await stand().status(prior);
    assert.ok(status.present);
    assert.notEqual(status.externalVersion, prior.externalVersion);
    if (canDownload) assert.equal(status.digest, skillPackage('changed').digest);
    const right = await stand().installed({ prior });
    assert.equal(right.effect, 'updated');
    assert.equal(right.externalId, prior.externalId);
    assert.equal(await stand().countSkills(), 1);
  });

  it('declares whether somebody may point at another version', () => {
    assert.equal(stand().byHand.serve !== null, pinning === 'default');
  });

  if (pinning !== 'default') return;
  it('moves the pointer back when somebody moved it, without another upload', async () => {
    const first = await stand().installed();
    const second = await stand().installed({ prior: first, package: skillPackage('two') });
    await stand().byHand.serve?.(first.externalId, first.externalVersion ?? '');
    const status = await stand().status(second);
    assert.ok(status.present && status.externalVersion === first.externalVersion);
    const right = await stand().installed({ prior: second, package: skillPackage('two') });
    assert.deepEqual([right.effect, right.externalVersion], ['updated', second.externalVersion]);
    assert.equal(stand().mutations.filter((one) => one === 'create_version').length, 1);
  });
}

function describeForeign({ adapter }: Subject, stand: () => Stand): void {
  const { idOwner } = adapter.capabilities;
  const theirs = skillPackage('theirs');

  it('never changes a skill of the same name that somebody else made', async () => {
    await stand().byHand.put(theirs);
    const [before] = await stand().listed();
    if (idOwner === 'server') {
      const ours = await stand().installed();
      assert.equal(ours.effect, 'created');
      assert.notEqual(ours.externalId, before?.externalId);
      assert.equal(await stand().countSkills(), 2);
      await stand().uninstall(ours);
    } else {
      const failure = await stand().failure(stand().install());
      assert.deepEqual(
        [failure.code, failure.effect, failure.retryable],
        ['conflict:provider', 'not_applied', false],
      );
      assert.deepEqual(stand().mutations, []);
    }
    const [after, ...others] = await stand().listed();
    assert.deepEqual([after, others], [before, []]);
    const status = await stand().status({ externalId: before?.externalId ?? '', externalVersion: null });
    assert.equal(status.present && status.digest, theirs.digest);
  });

  it('takes nothing older than the open request for its own, unless it is equal', async () => {
    await stand().byHand.put(theirs);
    const openIntent = { since: new Date(Date.now() + 3_600_000) };
    if (idOwner === 'server')
      assert.equal((await stand().installed({ openIntent, package: theirs })).effect, 'created');
    else assert.equal((await stand().failure(stand().install({ openIntent }))).code, 'conflict:provider');
    const [found] = (await stand().listed()).filter((skill) => skill.mark === null);
    assert.ok(found, 'the skill of somebody else is still there');
  });
}

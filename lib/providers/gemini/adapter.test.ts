/** Installing at Gemini against the emulator of the Skill Registry, over HTTP. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { failureOf, GeminiStand, packageOf, SCOPE, skillOf } from '../../../test/support/gemini-stand.ts';
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

describe('installing at Gemini', () => {
  it('creates, waits for the operation, reads back', async () => {
    const first = await stand.started(one);
    const second = await stand.resume(first.token, one);
    assert.ok(second.outcome === 'pending' && second.pollAfterMs > first.pollAfterMs);
    const third = await stand.resume(second.token, one);
    assert.deepEqual(third, {
      outcome: 'done',
      effect: 'created',
      externalId: 'csv-tools',
      externalVersion: '1',
      verifiedDigest: one.digest,
      providerRequestId: null,
    });
    const status = await geminiAdapter.status(stand.connection(), third, stand.call());
    assert.deepEqual(status, {
      present: true,
      name: 'CSV tools',
      digest: one.digest,
      externalId: 'csv-tools',
      externalVersion: '1',
    });
    assert.deepEqual(stand.mutations, ['create']);
  });

  it('lists what the registry holds over several pages, with our mark', async () => {
    const names = Array.from({ length: 105 }, (_, index) => `listed-${index}`);
    for (const name of names) await stand.installed(skillOf('one', name));
    const first = await geminiAdapter.list(stand.connection(), null, stand.call());
    const second = await geminiAdapter.list(stand.connection(), first.next, stand.call());
    assert.equal(second.next, null);
    const listed = [...first.skills, ...second.skills];
    assert.deepEqual(listed.map((skill) => skill.externalId).toSorted(), names.toSorted());
    for (const { externalId, mark } of listed) assert.equal(mark, installMarker('prv_gemini', externalId));
  });

  it('adds a revision for other content, and none for equal content', async () => {
    const prior = await stand.installed(one);
    const updated = await stand.installed(two, { prior });
    assert.deepEqual([updated.effect, updated.externalVersion], ['updated', '2']);
    const kept = await stand.installed(two, { prior: updated });
    assert.deepEqual([kept.effect, kept.externalVersion, kept.verifiedDigest], ['noop', '2', two.digest]);
    assert.deepEqual(stand.mutations, ['create', 'create_version']);
  });

  for (const [name, id] of [
    ['1-number', /^s-1-number$/],
    ['gcp-tools', /^s-gcp-tools$/],
    ['x'.repeat(64), /^s-[0-9a-f]{20}$/],
    ['a', /^a$/],
  ] as const) {
    it(`finds an id for the name ${name.slice(0, 12)}`, async () => {
      const result = await stand.installed(skillOf('one', name));
      assert.match(result.externalId, id);
    });
  }

  it('tells of a validation that failed inside the operation', async () => {
    const bad = packageOf({ 'SKILL.md': '# without frontmatter' });
    const { token } = await stand.started(bad);
    const looked = await stand.resume(token, bad);
    assert.ok(looked.outcome === 'pending');
    const failure = await failureOf(stand.resume(looked.token, bad));
    assert.deepEqual([failure.code, failure.effect], ['unprocessable:provider', 'not_applied']);
    assert.match(failure.message, /frontmatter/);
  });

  it('looks for itself when an operation ends in an error that says nothing', async () => {
    const name = `${SCOPE}/skills/csv-tools/operations/1`;
    const error = { code: 13, message: 'Internal error.' };
    const ended = {
      match: { path: '/operations/1$' },
      then: { status: 200, body: { name, done: true, error } },
    };
    stand.faults.push({ match: { method: 'POST' }, then: { status: 200, body: { name } } }, ended);
    const { token } = await stand.started(one);
    const failure = await failureOf(stand.resume(token, one));
    assert.deepEqual(
      [failure.code, failure.retryable, failure.effect],
      ['bad_gateway:provider', true, 'not_applied'],
    );
    await stand.installed(one);
    stand.faults.push(ended);
    const settled = await stand.resume(token, one);
    assert.equal(settled.outcome === 'done' && settled.effect, 'created');
  });

  it('looks for itself when Google has forgotten the operation', async () => {
    const body = { name: `${SCOPE}/skills/csv-tools/operations/forgotten` };
    stand.faults.push({ match: { method: 'POST' }, then: { status: 200, body } });
    const { token } = await stand.started(one);
    const failure = await failureOf(stand.resume(token, one));
    assert.deepEqual([failure.retryable, failure.effect], [true, 'not_applied']);
    await stand.installed(one);
    assert.equal((await stand.resume(token, one)).outcome, 'done');
  });

  it('goes on from its token after an operation could not be seen', async () => {
    const { token } = await stand.started(one);
    stand.faults.push({ match: { path: '/operations/' }, then: { status: 503 } });
    const failure = await failureOf(stand.resume(token, one));
    assert.deepEqual([failure.code, failure.effect], ['bad_gateway:provider', 'unknown']);
    assert.equal((await stand.resume(token, one)).outcome, 'pending');
  });

  for (const operation of [
    '../../../secrets',
    'projects/p/locations/l/operations/..',
    'https://example.com/x',
  ]) {
    it(`follows no token to ${operation}`, async () => {
      const open = { operation, skillId: 'csv-tools', effect: 'created', looks: 0 };
      const token = Buffer.from(JSON.stringify(open)).toString('base64url');
      await assert.rejects(stand.resume(token, one), /Invalid/);
      assert.deepEqual(stand.seen, []);
    });
  }

  for (const path of ['projects/123456/locations/us-central1', 'projects/other/locations/europe-west4']) {
    it(`looks at an operation named below ${path} in its own project only`, async () => {
      const body = { name: `${path}/skills/csv-tools/operations/7` };
      stand.faults.push({ match: { method: 'POST' }, then: { status: 200, body } });
      const { token } = await stand.started(one);
      stand.faults.push({ match: { path: '/operations/7$' }, then: { status: 200, body } });
      assert.equal((await stand.resume(token, one)).outcome, 'pending');
      assert.equal(stand.seen.at(-1), `GET /v1beta1/${SCOPE}/skills/csv-tools/operations/7`);
    });
  }

  it('follows no operation whose name leads elsewhere', async () => {
    const body = { name: 'projects/../../secrets/operations/1', done: false };
    stand.faults.push({ match: { method: 'POST' }, then: { status: 200, body } });
    const failure = await failureOf(stand.install(one));
    assert.deepEqual([failure.code, failure.effect], ['bad_gateway:provider', 'unknown']);
  });

  it('keeps what it made when reading back fails', async () => {
    const { token } = await stand.started(one);
    const looked = await stand.resume(token, one);
    assert.ok(looked.outcome === 'pending');
    stand.faults.push({ match: { path: '/revisions$' }, then: { status: 500 } });
    const half = await stand.resume(looked.token, one);
    assert.deepEqual(
      [half.outcome, half.outcome === 'partial' && half.failure.code],
      ['partial', 'bad_gateway:provider'],
    );
  });

  it('sends nothing that is larger than Google takes', async () => {
    const large = packageOf({ 'noise.bin': randomBytes(11 * 1024 * 1024) });
    const failure = await failureOf(stand.install(large));
    assert.equal(failure.code, 'payload_too_large:provider');
    assert.deepEqual(stand.seen, []);
  });
});

describe('what Gemini cannot take', () => {
  it('is said before anything is sent', () => {
    const files = [{ path: 'SKILL.md', size: 1 }];
    const fine = { name: '표-도구', description: 'Reads', license: null, files };
    assert.deepEqual(geminiAdapter.refusals(fine), []);
    const deep = { path: 'a/b/c/d/e/f/g/h/x', size: 1 };
    assert.equal(geminiAdapter.refusals({ ...fine, files: [...files, deep] }).length, 1);
    for (const change of [
      { description: 'x'.repeat(1025) },
      { license: 'x'.repeat(1025) },
      { files: [{ path: 'SKILL.md', size: 2_000_001 }] },
      { files: Array.from({ length: 10_001 }, (_, index) => ({ path: `${index}`, size: 1 })) },
    ])
      assert.equal(geminiAdapter.refusals({ ...fine, ...change }).length, 1, Object.keys(change).join());
    const widest = { license: 'x'.repeat(1024), files: [{ path: 'SKILL.md', size: 2_000_000 }] };
    assert.deepEqual(geminiAdapter.refusals({ ...fine, ...widest }), []);
  });
});

/** The part of the conformance suite about refusals: every class of them, wherever it comes, is told the same way. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type StoredCode, STORED_CODES } from '../kernel/errors.ts';
import { skillPackage, type Stand, type Subject, type Wire } from './conformance-stand.ts';

/** Status, its code, and whether a change may have been made although it was answered. */
const CLASSES: readonly (readonly [status: number, code: StoredCode, mayHaveApplied: boolean])[] = [
  [302, 'bad_gateway:provider', false],
  [400, 'unprocessable:provider', false],
  [401, 'unauthorized:provider', false],
  [402, 'forbidden:provider', false],
  [403, 'forbidden:provider', false],
  [404, 'not_found:provider', false],
  [408, 'timeout:provider', true],
  [409, 'conflict:provider', false],
  [413, 'payload_too_large:provider', false],
  [422, 'unprocessable:provider', false],
  [429, 'rate_limit:provider', false],
  [500, 'bad_gateway:provider', true],
  [502, 'bad_gateway:provider', true],
  [503, 'bad_gateway:provider', true],
  [504, 'bad_gateway:provider', true],
  [529, 'bad_gateway:provider', true],
];

const OPERATIONS = ['verify', 'list', 'create', 'update', 'remove'] as const;
type Operation = (typeof OPERATIONS)[number];

export function describeErrors(subject: Subject, wire: Wire, stand: () => Stand): void {
  for (const operation of OPERATIONS)
    for (const [status, code, mayHaveApplied] of CLASSES) {
      if (isAnAnswer(subject, operation, code)) continue;
      it(`tells of ${status} at ${operation} as ${code}, after one attempt`, async () => {
        const { work, match } = await prepare(subject, wire, stand(), operation);
        stand().seen.length = 0;
        const body = { error: { message: 'It was refused.', type: 'some_error', code: 'some_code' } };
        const headers = { 'content-type': 'application/json', 'retry-after': '7' };
        stand().faults.push({ match, then: { status, headers, body } });
        const failure = await stand().failure(work());
        const isMutation = operation !== 'verify' && operation !== 'list';
        assert.equal(failure.code, code);
        assert.equal(failure.effect, isMutation && mayHaveApplied ? 'unknown' : 'not_applied');
        assert.equal(failure.retryable, STORED_CODES[code].retryable);
        assert.equal(failure.retryAfterMs, failure.retryable ? 7000 : null);
        assert.equal(failure.providerStatus, status);
        assert.equal(failure.providerCode, 'some_code');
        assert.match(failure.message, /It was refused\./);
        const sent = stand().seen.filter((request) => request.startsWith(`${match.method} `));
        assert.equal(sent.length, 1);
      });
    }

  it('says that a key was not accepted, without showing it', async () => {
    const connection = stand().connection('wrong-key-0123456789');
    const failure = await stand().failure(subject.adapter.verify(connection, stand().call()));
    assert.equal(failure.code, 'unauthorized:provider');
    assert.equal(failure.providerStatus, 401);
    assert.equal(failure.retryable, false);
    assert.doesNotMatch(failure.message, /0123456789/);
  });

  const { requestIdHeader } = wire;
  if (requestIdHeader === null) return;
  it('keeps the name of the exchange that failed', async () => {
    const headers = { [requestIdHeader]: 'req_42' };
    stand().faults.push({ then: { status: 500, headers } });
    const failure = await stand().failure(subject.adapter.verify(stand().connection(), stand().call()));
    assert.equal(failure.providerRequestId, 'req_42');
  });
}

/** Where a refusal is what was hoped for: gone is gone, and an id that is taken leads to what took it. */
function isAnAnswer({ adapter }: Subject, operation: Operation, code: StoredCode): boolean {
  if (operation === 'remove') return code === 'not_found:provider';
  return operation === 'create' && code === 'conflict:provider' && adapter.capabilities.idOwner === 'caller';
}

async function prepare({ adapter }: Subject, wire: Wire, stand: Stand, operation: Operation) {
  const connection = stand.connection();
  switch (operation) {
    case 'verify':
      return { work: () => adapter.verify(connection, stand.call()), match: { method: 'GET' } };
    case 'list':
      return { work: () => adapter.list(connection, null, stand.call()), match: { method: 'GET' } };
    case 'create':
      return { work: () => stand.install(), match: wire.create };
    case 'update': {
      const prior = await stand.installed();
      return { work: () => stand.install({ prior, package: skillPackage('two') }), match: wire.update };
    }
    case 'remove': {
      const remote = await stand.installed();
      return { work: () => stand.uninstall(remote), match: wire.remove };
    }
  }
}

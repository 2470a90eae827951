/** What becomes of a run, for everything that can happen in an attempt. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { STORED_CODES, type StoredCode } from '../kernel/errors.ts';
import type { ProviderFailure } from '../providers/adapter.ts';
import { type Attempt, decide, type Happened } from './outcome.ts';

const attempt: Attempt = {
  attempt: 1,
  maxAttempts: 5,
  remainingMs: 3_600_000,
  random: 0.5,
  requests: 3,
  providerMs: 40,
};

function failure(change: Partial<ProviderFailure> = {}): ProviderFailure {
  return {
    code: 'bad_gateway:provider',
    message: 'the provider answered 503',
    retryable: true,
    retryAfterMs: null,
    providerStatus: 503,
    providerCode: null,
    providerRequestId: 'req-1',
    effect: 'not_applied',
    ...change,
  };
}

describe('an outcome', () => {
  it('of a canceled run that had been done already says both', () => {
    const result = {
      outcome: 'done',
      effect: 'updated',
      externalId: 'skill_1',
      externalVersion: '2',
      verifiedDigest: 'sha256:1',
      providerRequestId: 'req-1',
    } as const;
    const found = { type: 'installed', result } as const;
    const decision = decide({ type: 'interrupted', by: 'canceled', mayHaveApplied: false, found }, attempt);
    assert.equal(decision.change?.event, 'run.canceled');
    assert.equal(decision.change.error?.code, 'canceled:install_run');
    assert.equal(decision.change.result?.effect, 'updated');
    assert.deepEqual([decision.installation, decision.isSettled], ['record', true]);
  });

  it('of an install that was read back is a success, recorded', () => {
    const decision = decide(
      {
        type: 'installed',
        result: {
          outcome: 'done',
          effect: 'created',
          externalId: 'skill_1',
          externalVersion: '1',
          verifiedDigest: 'sha256:1',
          providerRequestId: null,
        },
      },
      attempt,
    );
    assert.equal(decision.change?.event, 'run.succeeded');
    assert.equal(decision.installation, 'record');
    assert.equal(decision.isSettled, true);
  });

  it('that a provider did only in part is partly failed', () => {
    const decision = decide(
      {
        type: 'installed',
        result: {
          outcome: 'partial',
          effect: 'updated',
          externalId: 'a',
          externalVersion: '2',
          failure: failure({ retryable: false }),
        },
      },
      attempt,
    );
    assert.equal(decision.change?.event, 'run.partially_failed');
    assert.equal(decision.change?.result?.externalVersion, '2');
    assert.equal(decision.installation, 'record_unknown');
  });

  it('that a provider did only in part for now goes on from what is there', () => {
    const decision = decide(
      {
        type: 'installed',
        result: {
          outcome: 'partial',
          effect: 'updated',
          externalId: 'a',
          externalVersion: '2',
          failure: failure(),
        },
      },
      attempt,
    );
    assert.equal(decision.change?.event, 'run.retry_scheduled');
    assert.equal(decision.installation, 'record_unknown');
  });

  it('that may pass is tried again, after what the provider asked for', () => {
    const decision = decide({ type: 'failed', failure: failure({ retryAfterMs: 90_000 }) }, attempt);
    assert.equal(decision.change?.event, 'run.retry_scheduled');
    assert.equal(decision.change?.delayMs, 90_000);
  });

  it('that cannot pass ends the run at once', () => {
    const refused = failure({ code: 'unauthorized:provider', retryable: false, providerStatus: 401 });
    const decision = decide({ type: 'failed', failure: refused }, attempt);
    assert.equal(decision.change?.event, 'run.failed');
    assert.equal(decision.change?.error?.code, 'unauthorized:provider');
  });

  it('of the last attempt is exhausted and names the last error', () => {
    const decision = decide({ type: 'failed', failure: failure() }, { ...attempt, attempt: 5 });
    assert.equal(decision.change?.error?.code, 'exhausted:install_run');
    assert.equal(decision.change?.error?.cause, 'bad_gateway:provider');
  });

  it('that stays unknown to the end is said to be unknown', () => {
    const decision = decide(
      { type: 'failed', failure: failure({ effect: 'unknown' }) },
      { ...attempt, attempt: 5 },
    );
    assert.equal(decision.change?.error?.code, 'uncertain:provider');
    assert.equal(decision.change?.result?.effect, 'unknown');
    assert.equal(decision.installation, 'unknown');
    assert.equal(decision.isSettled, false);
  });

  it('is not waited for past the deadline', () => {
    const decision = decide(
      { type: 'failed', failure: failure({ retryAfterMs: 60_000 }) },
      { ...attempt, remainingMs: 1000 },
    );
    assert.equal(decision.change?.event, 'run.failed');
  });

  it('of a lost lease writes nothing', () => {
    assert.equal(
      decide({ type: 'interrupted', by: 'lease_lost', mayHaveApplied: true, found: null }, attempt).change,
      null,
    );
  });

  it('of a stopping worker goes back to the queue', () => {
    const decision = decide(
      { type: 'interrupted', by: 'draining', mayHaveApplied: false, found: null },
      attempt,
    );
    assert.equal(decision.change?.event, 'run.handed_back');
  });

  it('of a cancel in the middle of a call says that the effect is unknown', () => {
    const decision = decide(
      { type: 'interrupted', by: 'canceled', mayHaveApplied: true, found: null },
      attempt,
    );
    assert.equal(decision.change?.event, 'run.canceled');
    assert.equal(decision.change?.result?.effect, 'unknown');
  });
});

describe('every outcome', () => {
  const failures = fc.record({
    code: fc.constantFrom(...(Object.keys(STORED_CODES) as StoredCode[])),
    message: fc.string(),
    retryable: fc.boolean(),
    retryAfterMs: fc.option(fc.nat(10_000_000)),
    providerStatus: fc.option(fc.nat(599)),
    providerCode: fc.constant(null),
    providerRequestId: fc.option(fc.string()),
    effect: fc.constantFrom('not_applied' as const, 'unknown' as const),
  });
  const happened: fc.Arbitrary<Happened> = fc.oneof(
    failures.map((value) => ({ type: 'failed' as const, failure: value })),
    fc.record({ type: fc.constant('crashed' as const), message: fc.string(), mayHaveApplied: fc.boolean() }),
    fc.record({
      type: fc.constant('refused' as const),
      code: fc.constant('conflict:provider' as const),
      message: fc.string(),
      mayHaveApplied: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('interrupted' as const),
      by: fc.constantFrom('canceled' as const, 'lease_lost' as const, 'draining' as const),
      mayHaveApplied: fc.boolean(),
      found: fc.constant(null),
    }),
  );
  const attempts = fc
    .record({
      maxAttempts: fc.integer({ min: 1, max: 10 }),
      used: fc.nat(9),
      remainingMs: fc.integer(),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
      requests: fc.nat(9),
      providerMs: fc.nat(9000),
    })
    .map(({ used, ...rest }) => ({ ...rest, attempt: 1 + (used % rest.maxAttempts) }));

  it('retries only while attempts are left, and never claims that something unknown failed', () => {
    fc.assert(
      fc.property(happened, attempts, (what, when) => {
        const { change, isSettled } = decide(what, when);
        if (change?.event === 'run.retry_scheduled') assert.ok(when.attempt < when.maxAttempts);
        const isUnknown =
          what.type === 'failed'
            ? what.failure.effect === 'unknown'
            : 'mayHaveApplied' in what && what.mayHaveApplied;
        if (isUnknown) {
          assert.equal(isSettled, false);
          if (change?.event === 'run.failed') assert.equal(change.result?.effect, 'unknown');
        }
      }),
    );
  });
});

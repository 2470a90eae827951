/** What outcomes say about a connection, and how a number of requests a minute is kept. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ProviderFailure } from '../providers/adapter.ts';
import { FAILURES_TO_CLOSE, paceOf, pauseMs, refusesCredential, signalOf } from './gate.ts';

function failure(change: Partial<ProviderFailure>): ProviderFailure {
  return {
    code: 'bad_gateway:provider',
    message: 'why',
    retryable: true,
    retryAfterMs: null,
    providerStatus: null,
    providerCode: null,
    providerRequestId: null,
    effect: 'not_applied',
    ...change,
  };
}

describe('the gate of a connection', () => {
  it('opens for an answer, whatever it says', () => {
    assert.deepEqual(signalOf(null), { type: 'up' });
    const refused = failure({ code: 'unprocessable:provider', providerStatus: 422 });
    assert.deepEqual(signalOf(refused), { type: 'up' });
  });

  it('counts errors of the provider and missing answers', () => {
    for (const code of ['bad_gateway:provider', 'timeout:provider'] as const)
      assert.deepEqual(signalOf(failure({ code })), { type: 'failing', because: 'why' });
  });

  it('closes for as long as the provider asks', () => {
    const busy = failure({ code: 'rate_limit:provider', providerStatus: 429, retryAfterMs: 90_000 });
    assert.deepEqual(signalOf(busy), { type: 'busy', waitMs: 90_000, because: 'why' });
  });

  it('learns nothing from failures of ours', () => {
    assert.equal(signalOf(failure({ code: 'conflict:provider' })), null);
  });

  it('pauses after several failures in a row, longer each time, up to five minutes', () => {
    assert.equal(pauseMs(FAILURES_TO_CLOSE - 1), 0);
    assert.equal(pauseMs(FAILURES_TO_CLOSE), 5000);
    assert.equal(pauseMs(FAILURES_TO_CLOSE + 1), 10_000);
    assert.equal(pauseMs(1000), 300_000);
  });

  it('tells a refused credential from a refused request', () => {
    const refused = { code: 'unauthorized:provider', providerStatus: 401 } as const;
    assert.equal(refusesCredential(failure(refused)), true);
    assert.equal(refusesCredential(failure({ code: 'forbidden:provider', providerStatus: 402 })), false);
    assert.equal(refusesCredential(failure({ code: 'bad_gateway:provider', providerStatus: 500 })), false);
  });

  it('lets no more than the number of requests through in any minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (perMinute) => {
        const { burst, intervalMs } = paceOf(perMinute);
        // The most there can be: the burst at the start of the minute, and one each interval within it.
        const most = burst + Math.ceil(60_000 / intervalMs - 1e-9) - 1;
        assert.ok(most <= perMinute, `${most} of ${perMinute}`);
        assert.ok(most >= Math.floor(perMinute * 0.99), 'and hardly fewer');
      }),
    );
  });
});

/** Signatures must be those that every library of Standard Webhooks verifies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSigningSecret, signatureHeaders } from './webhook-signature.ts';

test('a message is signed as in the specification', () => {
  // The example of the specification's reference implementations.
  const headers = signatureHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  });
  assert.deepEqual(headers, {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('each secret is another, and long enough', () => {
  const [one, other] = [makeSigningSecret(), makeSigningSecret()];
  assert.match(one, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(one, other);
});

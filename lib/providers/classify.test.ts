/** Every refusal of every provider has one meaning here, and no key or endless text gets through. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EgressError } from '../kernel/egress.ts';
import { STORED_CODES } from '../kernel/errors.ts';
import {
  type Asked,
  classifyAbort,
  classifyAnswer,
  classifyOperationError,
  classifyThrown,
  MalformedAnswer,
} from './classify.ts';
import { safeText } from './safe-text.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const READ: Asked = { isMutation: false, now: NOW };
const CHANGE: Asked = { isMutation: true, now: NOW };

const openai = (code: string | null, message = 'no'): string =>
  JSON.stringify({ error: { message, type: 'some_error', param: null, code } });
const claude = (type: string, error_code?: string): string =>
  JSON.stringify({
    type: 'error',
    error: { type, message: 'no', details: { error_code } },
    request_id: 'req_9',
  });
const google = (code: number, status: string, details: unknown[] = []): string =>
  JSON.stringify({ error: { code, message: 'no', status, details } });

const HTML = '<html><body>nope</body></html>';

describe('a refusal', () => {
  for (const [status, body, code, effect] of [
    [400, openai('invalid_value'), 'unprocessable:provider', 'not_applied'],
    [401, openai('invalid_api_key'), 'unauthorized:provider', 'not_applied'],
    [403, openai('unsupported_country_region_territory'), 'forbidden:provider', 'not_applied'],
    [404, openai(null, "No skill found with id 'x'."), 'not_found:provider', 'not_applied'],
    [404, openai(null, 'Invalid URL (GET /v1/v1/skills)'), 'bad_gateway:provider', 'not_applied'],
    [404, HTML, 'bad_gateway:provider', 'not_applied'],
    [404, '', 'bad_gateway:provider', 'not_applied'],
    [405, openai('method_not_supported'), 'unprocessable:provider', 'not_applied'],
    [408, '', 'timeout:provider', 'unknown'],
    [409, openai(null), 'conflict:provider', 'not_applied'],
    [413, HTML, 'payload_too_large:provider', 'not_applied'],
    [422, openai(null), 'unprocessable:provider', 'not_applied'],
    [429, openai('rate_limit_exceeded'), 'rate_limit:provider', 'not_applied'],
    [429, HTML, 'rate_limit:provider', 'not_applied'],
    [429, openai('insufficient_quota'), 'forbidden:provider', 'not_applied'],
    [429, openai('credit_balance_exhausted'), 'forbidden:provider', 'not_applied'],
    [500, openai(null), 'bad_gateway:provider', 'unknown'],
    [502, HTML, 'bad_gateway:provider', 'unknown'],
    [503, openai('slow_down'), 'bad_gateway:provider', 'unknown'],
    [302, '', 'bad_gateway:provider', 'not_applied'],
    [400, claude('invalid_request_error'), 'unprocessable:provider', 'not_applied'],
    [
      400,
      claude('invalid_request_error', 'enforced_spend_limit_reached'),
      'forbidden:provider',
      'not_applied',
    ],
    [402, claude('billing_error'), 'forbidden:provider', 'not_applied'],
    [413, claude('request_too_large'), 'payload_too_large:provider', 'not_applied'],
    [504, claude('timeout_error'), 'bad_gateway:provider', 'unknown'],
    [529, claude('overloaded_error'), 'bad_gateway:provider', 'unknown'],
    [400, google(400, 'FAILED_PRECONDITION'), 'unprocessable:provider', 'not_applied'],
    [409, google(409, 'ALREADY_EXISTS'), 'conflict:provider', 'not_applied'],
    [403, google(403, 'PERMISSION_DENIED'), 'forbidden:provider', 'not_applied'],
    [429, google(429, 'RESOURCE_EXHAUSTED'), 'rate_limit:provider', 'not_applied'],
    [503, google(503, 'UNAVAILABLE'), 'bad_gateway:provider', 'unknown'],
    [400, '{"error":"invalid_grant","error_description":"Bad JWT"}', 'unauthorized:provider', 'not_applied'],
  ] as const) {
    it(`${status} ${body.slice(0, 90)} is ${code}`, () => {
      const answer = { status, headers: new Headers(), body };
      const failure = classifyAnswer(answer, CHANGE);
      assert.equal(failure.code, code);
      assert.equal(failure.effect, effect);
      assert.equal(failure.retryable, STORED_CODES[code].retryable);
      assert.equal(failure.providerStatus, status);
      assert.notEqual(failure.message, '');
      assert.equal(classifyAnswer(answer, READ).effect, 'not_applied');
    });
  }

  it('keeps what names it', () => {
    const headers = new Headers({ 'x-request-id': 'req_1' });
    const failure = classifyAnswer({ status: 401, headers, body: openai('invalid_api_key') }, READ);
    assert.deepEqual([failure.providerCode, failure.providerRequestId], ['invalid_api_key', 'req_1']);
    const body = claude('invalid_request_error', 'organization_on_hold');
    const other = classifyAnswer({ status: 400, headers: new Headers(), body }, READ);
    assert.deepEqual([other.providerCode, other.providerRequestId], ['organization_on_hold', 'req_9']);
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED' }];
    const disabled = google(403, 'PERMISSION_DENIED', details);
    const third = classifyAnswer({ status: 403, headers: new Headers(), body: disabled }, READ);
    assert.deepEqual([third.code, third.providerCode], ['forbidden:provider', 'SERVICE_DISABLED']);
  });

  it('survives any body and any status', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        const failure = classifyAnswer({ status, headers: new Headers(), body }, CHANGE);
        assert.ok(failure.message.length > 0 && failure.message.length <= 300);
      }),
    );
  });
});

describe('the wish to wait', () => {
  for (const [name, value, expected] of [
    ['retry-after', '7', 7000],
    ['retry-after', '0', 0],
    ['retry-after', '1.5', 1500],
    ['retry-after', 'Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['retry-after', 'Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['retry-after', '99999999999', 86_400_000],
    ['retry-after', '-5', null],
    ['retry-after', 'soon', null],
    ['retry-after', '2026-11-23T12:00:30Z', null],
    ['retry-after', 'Xyz, 99 Foo 2026 12:00:30 GMT', null],
    ['retry-after', '', null],
    ['retry-after-ms', '250', 250],
  ] as const) {
    it(`${name}: ${value} is ${expected} ms`, () => {
      const headers = new Headers({ [name]: value });
      assert.equal(classifyAnswer({ status: 429, headers, body: '' }, READ).retryAfterMs, expected);
      assert.equal(classifyAnswer({ status: 401, headers, body: '' }, READ).retryAfterMs, null);
    });
  }

  it('is read from the details of a Google error', () => {
    const body = google(429, 'RESOURCE_EXHAUSTED', [{ '@type': 'x/RetryInfo', retryDelay: '3.5s' }]);
    assert.equal(classifyAnswer({ status: 429, headers: new Headers(), body }, READ).retryAfterMs, 3500);
  });
});

describe('an operation that failed', () => {
  for (const [number, code, effect] of [
    [3, 'unprocessable:provider', 'not_applied'],
    [4, 'timeout:provider', 'unknown'],
    [5, 'not_found:provider', 'not_applied'],
    [6, 'conflict:provider', 'not_applied'],
    [7, 'forbidden:provider', 'not_applied'],
    [8, 'rate_limit:provider', 'not_applied'],
    [9, 'unprocessable:provider', 'not_applied'],
    [13, 'bad_gateway:provider', 'unknown'],
    [14, 'bad_gateway:provider', 'unknown'],
    [16, 'unauthorized:provider', 'not_applied'],
    [99, 'bad_gateway:provider', 'unknown'],
  ] as const) {
    it(`with ${number} is ${code}`, () => {
      const failure = classifyOperationError({ code: number, message: 'no' }, CHANGE);
      assert.deepEqual([failure.code, failure.effect], [code, effect]);
    });
  }
});

const errorWith = (properties: object, message = 'fetch failed'): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), properties) });

describe('a thrown error', () => {
  for (const [name, thrown, code, effect, retryable] of [
    [
      'refused',
      errorWith({ code: 'ECONNREFUSED', syscall: 'connect' }),
      'bad_gateway:provider',
      'not_applied',
      true,
    ],
    ['no such name', errorWith({ code: 'ENOTFOUND' }), 'bad_gateway:provider', 'not_applied', true],
    ['bad certificate', errorWith({ code: 'CERT_HAS_EXPIRED' }), 'bad_gateway:provider', 'not_applied', true],
    ['slow connect', errorWith({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'timeout:provider', 'not_applied', true],
    [
      'unreachable',
      errorWith({ code: 'EHOSTUNREACH', syscall: 'connect' }),
      'bad_gateway:provider',
      'not_applied',
      true,
    ],
    [
      'lost route',
      errorWith({ code: 'EHOSTUNREACH', syscall: 'read' }),
      'bad_gateway:provider',
      'unknown',
      true,
    ],
    ['slow answer', errorWith({ code: 'UND_ERR_HEADERS_TIMEOUT' }), 'timeout:provider', 'unknown', true],
    ['our timeout', new DOMException('late', 'TimeoutError'), 'timeout:provider', 'unknown', true],
    ['reset', errorWith({ code: 'ECONNRESET' }), 'bad_gateway:provider', 'unknown', true],
    [
      'reset in TLS',
      errorWith({ code: 'ECONNRESET' }, 'socket disconnected before secure TLS connection was established'),
      'bad_gateway:provider',
      'not_applied',
      true,
    ],
    ['closed', errorWith({ code: 'UND_ERR_SOCKET' }), 'bad_gateway:provider', 'unknown', true],
    ['no HTTP', errorWith({ name: 'HTTPParserError' }), 'bad_gateway:provider', 'unknown', true],
    [
      'egress',
      new EgressError('forbidden', 'a private address'),
      'bad_gateway:provider',
      'not_applied',
      false,
    ],
    [
      'egress inside',
      new TypeError('fetch failed', { cause: new EgressError('forbidden', 'x') }),
      'bad_gateway:provider',
      'not_applied',
      false,
    ],
    ['too large', new EgressError('too_large', 'too large'), 'bad_gateway:provider', 'unknown', false],
    ['malformed', new MalformedAnswer('not JSON'), 'bad_gateway:provider', 'unknown', true],
    ['anything', 'a string', 'bad_gateway:provider', 'unknown', true],
  ] as const) {
    it(`${name} is ${code}, ${effect}`, () => {
      const failure = classifyThrown(thrown, CHANGE);
      assert.deepEqual([failure.code, failure.effect, failure.retryable], [code, effect, retryable]);
      assert.equal(classifyThrown(thrown, READ).effect, 'not_applied');
    });
  }

  it('of several tried addresses is unsent when none could be connected', () => {
    const each = ['connect', 'connect'].map((syscall) =>
      Object.assign(new Error('no'), { code: 'ETIMEDOUT', syscall }),
    );
    const cause = Object.assign(new AggregateError(each), { code: 'ETIMEDOUT' });
    const failure = classifyThrown(new TypeError('fetch failed', { cause }), CHANGE);
    assert.deepEqual([failure.code, failure.effect], ['timeout:provider', 'not_applied']);
  });

  it('by our own signal depends on whether the request had left', () => {
    assert.equal(classifyAbort(true, CHANGE).effect, 'unknown');
    assert.equal(classifyAbort(false, CHANGE).effect, 'not_applied');
  });
});

describe('a shown message', () => {
  const secret = 'abcd1234efgh5678';
  for (const text of [
    'Incorrect API key provided: sk-proj-abcdefghijklmnop.',
    'Incorrect API key provided: sk-ab******************wxyz.',
    'bad token sk-ant-api03-AbCdEfGh_12345',
    `you sent ${secret}`,
    'Bearer abc.def.ghi was refused',
    'token ya29.a0AfH6SMBxyz expired',
    '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----',
  ]) {
    it(`hides the key in "${text.slice(0, 40)}"`, () => {
      const shown = safeText(text, [secret]);
      assert.match(shown, /\[key\]/);
      assert.doesNotMatch(shown, /abcdefghij|wxyz|AbCdEfGh|abcd1234|def\.ghi|a0AfH6|MIIEvQ/);
    });
  }

  it('has no control characters, no line breaks and an end', () => {
    assert.equal(safeText('a\u0000b\u001B[31m\r\nc\u202Ed\u2028e'), 'a b [31m c d e');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const shown = safeText(text);
        assert.ok(shown.length <= 300);
        assert.ok(shown.isWellFormed());
        assert.doesNotMatch(shown, /[\p{Cc}\u202E]/u);
      }),
    );
  });
});

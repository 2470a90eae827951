/** Every error that a provider documents for the calls we make, with what it means here. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { STORED_CODES, type StoredCode } from '../kernel/errors.ts';
import { classifyAnswer } from './classify.ts';

interface Row {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
  readonly code: StoredCode;
  /** As shown; null where the body has none. */
  readonly providerCode: string | null;
  readonly retryAfterMs?: number;
}

const NOW = new Date('2026-11-23T12:00:00Z');

function openai(status: number, type: string, code: string | null, meaning: StoredCode): Row {
  const body = JSON.stringify({ error: { message: 'It was refused.', type, param: null, code } });
  return { status, body, code: meaning, providerCode: code ?? type };
}

function claude(status: number, type: string, meaning: StoredCode, errorCode?: string): Row {
  const details = errorCode === undefined ? undefined : { error_code: errorCode };
  const error = { type, message: 'It was refused.', details };
  const body = JSON.stringify({ type: 'error', error, request_id: 'req_1' });
  return { status, body, code: meaning, providerCode: errorCode ?? type };
}

function google(status: number, word: string, meaning: StoredCode, reason?: string): Row {
  const details =
    reason === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }];
  const body = JSON.stringify({ error: { code: status, message: 'It was refused.', status: word, details } });
  return { status, body, code: meaning, providerCode: reason ?? word };
}

const after = (row: Row, seconds: number): Row => ({
  ...row,
  headers: { 'retry-after': String(seconds) },
  retryAfterMs: seconds * 1000,
});

const OPENAI: readonly Row[] = [
  openai(400, 'invalid_request_error', null, 'unprocessable:provider'),
  openai(400, 'invalid_request_error', 'invalid_value', 'unprocessable:provider'),
  openai(401, 'invalid_request_error', 'invalid_api_key', 'unauthorized:provider'),
  openai(401, 'invalid_request_error', 'invalid_organization', 'unauthorized:provider'),
  openai(401, 'invalid_request_error', 'ip_not_authorized', 'unauthorized:provider'),
  openai(403, 'request_forbidden', 'unsupported_country_region_territory', 'forbidden:provider'),
  openai(403, 'invalid_request_error', 'missing_scope', 'forbidden:provider'),
  openai(404, 'invalid_request_error', null, 'not_found:provider'),
  openai(409, 'invalid_request_error', null, 'conflict:provider'),
  openai(413, 'invalid_request_error', 'file_too_large', 'payload_too_large:provider'),
  openai(429, 'requests', 'rate_limit_exceeded', 'rate_limit:provider'),
  after(openai(429, 'requests', 'rate_limit_exceeded', 'rate_limit:provider'), 20),
  openai(429, 'insufficient_quota', 'insufficient_quota', 'forbidden:provider'),
  openai(429, 'insufficient_quota', 'credit_balance_exhausted', 'forbidden:provider'),
  openai(429, 'insufficient_quota', 'billing_hard_limit_reached', 'forbidden:provider'),
  openai(500, 'server_error', null, 'bad_gateway:provider'),
  openai(503, 'server_error', 'slow_down', 'bad_gateway:provider'),
  after(openai(503, 'server_error', 'server_is_overloaded', 'bad_gateway:provider'), 5),
];

const CLAUDE: readonly Row[] = [
  claude(400, 'invalid_request_error', 'unprocessable:provider'),
  claude(400, 'invalid_request_error', 'forbidden:provider', 'claude_code_key_creator_not_member'),
  claude(400, 'invalid_request_error', 'forbidden:provider', 'cmek_key_disabled'),
  claude(400, 'invalid_request_error', 'forbidden:provider', 'cmek_key_network_blocked'),
  claude(400, 'invalid_request_error', 'forbidden:provider', 'organization_on_hold'),
  claude(400, 'invalid_request_error', 'forbidden:provider', 'storage_quota_exceeded'),
  claude(401, 'authentication_error', 'unauthorized:provider'),
  claude(402, 'billing_error', 'forbidden:provider'),
  claude(402, 'billing_error', 'forbidden:provider', 'linked_organization_spend_limit_reached'),
  claude(402, 'billing_error', 'forbidden:provider', 'linked_organization_billing_unavailable'),
  claude(403, 'permission_error', 'forbidden:provider'),
  claude(403, 'permission_error', 'forbidden:provider', 'api_key_scope_missing'),
  claude(404, 'not_found_error', 'not_found:provider'),
  claude(409, 'conflict_error', 'conflict:provider'),
  claude(409, 'conflict_error', 'conflict:provider', 'skill_read_blocked_undecryptable'),
  claude(413, 'request_too_large', 'payload_too_large:provider'),
  after(claude(429, 'rate_limit_error', 'rate_limit:provider'), 12),
  // Without a time to come back it is a limit on spending.
  claude(429, 'rate_limit_error', 'forbidden:provider'),
  claude(429, 'rate_limit_error', 'forbidden:provider', 'enforced_spend_limit_reached'),
  claude(429, 'rate_limit_error', 'forbidden:provider', 'contract_spend_limit_reached'),
  claude(500, 'api_error', 'bad_gateway:provider'),
  claude(503, 'api_error', 'bad_gateway:provider', 'cmek_context_unavailable'),
  claude(504, 'timeout_error', 'bad_gateway:provider'),
  claude(529, 'overloaded_error', 'bad_gateway:provider'),
  after(claude(529, 'overloaded_error', 'bad_gateway:provider'), 3),
];

const GOOGLE: readonly Row[] = [
  google(400, 'INVALID_ARGUMENT', 'unprocessable:provider'),
  google(400, 'FAILED_PRECONDITION', 'unprocessable:provider'),
  google(400, 'OUT_OF_RANGE', 'unprocessable:provider'),
  google(401, 'UNAUTHENTICATED', 'unauthorized:provider'),
  google(401, 'UNAUTHENTICATED', 'unauthorized:provider', 'ACCESS_TOKEN_EXPIRED'),
  google(403, 'PERMISSION_DENIED', 'forbidden:provider'),
  google(403, 'PERMISSION_DENIED', 'forbidden:provider', 'SERVICE_DISABLED'),
  google(403, 'PERMISSION_DENIED', 'forbidden:provider', 'BILLING_DISABLED'),
  google(404, 'NOT_FOUND', 'not_found:provider'),
  google(409, 'ALREADY_EXISTS', 'conflict:provider'),
  google(409, 'ABORTED', 'conflict:provider'),
  google(429, 'RESOURCE_EXHAUSTED', 'rate_limit:provider'),
  after(google(429, 'RESOURCE_EXHAUSTED', 'rate_limit:provider', 'RATE_LIMIT_EXCEEDED'), 30),
  google(499, 'CANCELLED', 'bad_gateway:provider'),
  google(500, 'INTERNAL', 'bad_gateway:provider'),
  google(500, 'UNKNOWN', 'bad_gateway:provider'),
  google(501, 'UNIMPLEMENTED', 'bad_gateway:provider'),
  google(503, 'UNAVAILABLE', 'bad_gateway:provider'),
  google(504, 'DEADLINE_EXCEEDED', 'bad_gateway:provider'),
  {
    status: 400,
    body: '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}',
    code: 'unauthorized:provider',
    providerCode: 'invalid_grant',
  },
  {
    status: 401,
    body: '{"error":"invalid_client","error_description":"The OAuth client was not found."}',
    code: 'unauthorized:provider',
    providerCode: 'invalid_client',
  },
];

const HTML = '<!doctype html><title>502 Bad Gateway</title><h1>Bad Gateway</h1>';
const page = (status: number, code: StoredCode, body = HTML): Row => ({
  status,
  body,
  code,
  providerCode: null,
});

/** What stands between us and a provider answers in its own way. */
const IN_BETWEEN: readonly Row[] = [
  ...[500, 502, 503, 504, 520, 529, 599].map((status) => page(status, 'bad_gateway:provider')),
  page(400, 'unprocessable:provider'),
  page(401, 'unauthorized:provider'),
  page(403, 'forbidden:provider'),
  page(404, 'bad_gateway:provider'),
  page(407, 'unprocessable:provider'),
  page(413, 'payload_too_large:provider'),
  page(429, 'rate_limit:provider'),
  page(301, 'bad_gateway:provider', ''),
  page(500, 'bad_gateway:provider', '{"error":{"message":"It was ref'),
  page(500, 'bad_gateway:provider', '"only a text"'),
  page(500, 'bad_gateway:provider', '[1,2,3]'),
  page(500, 'bad_gateway:provider', '{"error":{}}'),
  page(500, 'bad_gateway:provider', '\u0000\u0001\uFFFD'),
  page(400, 'unprocessable:provider', '{"detail":"Field required"}'),
  page(404, 'bad_gateway:provider', '{"detail":"Not Found"}'),
];

for (const [provider, rows] of Object.entries({ OPENAI, CLAUDE, GOOGLE, IN_BETWEEN })) {
  describe(`an error of ${provider.toLowerCase().replace('_', ' ')}`, () => {
    for (const row of rows)
      it(`${row.status} ${row.providerCode ?? row.body.slice(0, 30)}${row.headers ? ' with a wait' : ''} is ${row.code}`, () => {
        const answer = { status: row.status, headers: new Headers(row.headers), body: row.body };
        const failure = classifyAnswer(answer, { isMutation: true, now: NOW });
        assert.equal(failure.code, row.code);
        assert.equal(failure.retryable, STORED_CODES[row.code].retryable);
        assert.equal(failure.retryAfterMs, row.retryAfterMs ?? null);
        assert.equal(failure.providerStatus, row.status);
        assert.equal(failure.providerCode, row.providerCode);
        assert.ok(failure.message.length > 0);
        assert.doesNotMatch(failure.message, /[<>\p{Cc}]/u);
        const mayHaveApplied = row.status >= 500 || row.status === 408 || row.status === 499;
        assert.equal(failure.effect, mayHaveApplied ? 'unknown' : 'not_applied');
      });
  });
}

/** Turns a provider's refusal, a broken connection or a senseless answer into one ProviderFailure. Pure. */
import { type StoredCode, STORED_CODES } from '../kernel/errors.ts';
import type { ProviderFailure } from './adapter.ts';
import { type ErrorBody, readErrorBody, readNamedError } from './error-body.ts';
import { retryAfterMs } from './retry-after.ts';
import { safeText, safeToken } from './safe-text.ts';
import { readTransportError } from './transport-error.ts';

/** An answer that is not a success. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** What was asked, as far as the classification depends on it. */
export interface Asked {
  readonly isMutation: boolean;
  readonly now: Date;
  /** Credentials that were sent; masked wherever the provider echoes them. */
  readonly secrets?: readonly string[];
}

/** An answer with a success status that makes no sense. Its message is shown: put no provider text into it. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

/** Words that decide whatever the status is: providers spread these over 400, 402, 403 and 429. */
const CODE_OF_WORD: Readonly<Record<string, StoredCode>> = {
  insufficient_quota: 'forbidden:provider',
  credit_balance_exhausted: 'forbidden:provider',
  billing_hard_limit_reached: 'forbidden:provider',
  billing_not_active: 'forbidden:provider',
  billing_error: 'forbidden:provider',
  enforced_spend_limit_reached: 'forbidden:provider',
  contract_spend_limit_reached: 'forbidden:provider',
  linked_organization_spend_limit_reached: 'forbidden:provider',
  linked_organization_billing_unavailable: 'forbidden:provider',
  storage_quota_exceeded: 'forbidden:provider',
  invalid_grant: 'unauthorized:provider',
  invalid_client: 'unauthorized:provider',
  unauthorized_client: 'unauthorized:provider',
  organization_on_hold: 'forbidden:provider',
  claude_code_key_creator_not_member: 'forbidden:provider',
  cmek_key_disabled: 'forbidden:provider',
  cmek_key_network_blocked: 'forbidden:provider',
};

const CODE_OF_STATUS: Readonly<Record<number, StoredCode>> = {
  400: 'unprocessable:provider',
  401: 'unauthorized:provider',
  402: 'forbidden:provider',
  403: 'forbidden:provider',
  404: 'not_found:provider',
  408: 'timeout:provider',
  409: 'conflict:provider',
  410: 'not_found:provider',
  412: 'conflict:provider',
  413: 'payload_too_large:provider',
  422: 'unprocessable:provider',
  429: 'rate_limit:provider',
  499: 'timeout:provider',
};

/** google.rpc.Code by number: its word, the code it means here, and whether the change certainly did not happen. */
const GOOGLE_CODES: readonly (readonly [
  word: string,
  code: StoredCode,
  effect: ProviderFailure['effect'],
])[] = [
  ['OK', 'bad_gateway:provider', 'unknown'],
  ['CANCELLED', 'bad_gateway:provider', 'unknown'],
  ['UNKNOWN', 'bad_gateway:provider', 'unknown'],
  ['INVALID_ARGUMENT', 'unprocessable:provider', 'not_applied'],
  ['DEADLINE_EXCEEDED', 'timeout:provider', 'unknown'],
  ['NOT_FOUND', 'not_found:provider', 'not_applied'],
  ['ALREADY_EXISTS', 'conflict:provider', 'not_applied'],
  ['PERMISSION_DENIED', 'forbidden:provider', 'not_applied'],
  ['RESOURCE_EXHAUSTED', 'rate_limit:provider', 'not_applied'],
  ['FAILED_PRECONDITION', 'unprocessable:provider', 'not_applied'],
  ['ABORTED', 'conflict:provider', 'not_applied'],
  ['OUT_OF_RANGE', 'unprocessable:provider', 'not_applied'],
  ['UNIMPLEMENTED', 'unprocessable:provider', 'not_applied'],
  ['INTERNAL', 'bad_gateway:provider', 'unknown'],
  ['UNAVAILABLE', 'bad_gateway:provider', 'unknown'],
  ['DATA_LOSS', 'bad_gateway:provider', 'unknown'],
  ['UNAUTHENTICATED', 'unauthorized:provider', 'not_applied'],
];

export function classifyAnswer(answer: RefusedAnswer, asked: Asked): ProviderFailure {
  const body = readErrorBody(answer.body);
  const wait = retryAfterMs(answer.headers, asked.now) ?? body?.waitMs ?? null;
  const code = codeOfAnswer(answer.status, body, wait);
  return {
    ...failureOf(code, body?.message ?? describe(answer.status, body), asked),
    retryAfterMs: STORED_CODES[code].retryable ? wait : null,
    providerStatus: answer.status,
    providerCode: safeToken(body?.words[0], asked.secrets),
    providerRequestId:
      requestIdOf(answer.headers, asked.secrets) ?? safeToken(body?.requestId, asked.secrets),
    effect: asked.isMutation && mayHaveHappened(answer.status) ? 'unknown' : 'not_applied',
  };
}

/** A Google operation that ended in an error: `{code: 3, message, details}`. */
export function classifyOperationError(
  error: { readonly code: number; readonly message?: string | undefined; readonly details?: unknown },
  asked: Asked,
): ProviderFailure {
  const [word, code, effect] = GOOGLE_CODES[error.code] ?? ['UNKNOWN', 'bad_gateway:provider', 'unknown'];
  const body = readNamedError({ details: error.details });
  return {
    ...failureOf(code, error.message ?? `the operation ended with ${word}`, asked),
    retryAfterMs: STORED_CODES[code].retryable ? body.waitMs : null,
    providerCode: safeToken(body.words[0] ?? word, asked.secrets),
    effect: asked.isMutation ? effect : 'not_applied',
  };
}

/** What `fetch` threw, or what reading an answer threw. */
export function classifyThrown(thrown: unknown, asked: Asked): ProviderFailure {
  if (thrown instanceof MalformedAnswer) return failureOf('bad_gateway:provider', thrown.message, asked);
  const error = readTransportError(thrown);
  const isTimeout = error.kind === 'timeout';
  const failure = failureOf(isTimeout ? 'timeout:provider' : 'bad_gateway:provider', error.reason, asked);
  const isOurs = error.kind === 'refused_by_us' || error.kind === 'too_large';
  return {
    ...failure,
    retryable: failure.retryable && !isOurs,
    effect: error.neverSent ? 'not_applied' : failure.effect,
  };
}

/** Our own signal stopped the call: a canceled run, a lost lease, the deadline of the attempt. */
export function classifyAbort(wasSent: boolean, asked: Asked): ProviderFailure {
  const failure = failureOf('timeout:provider', 'stopped before the provider answered', asked);
  return wasSent ? failure : { ...failure, effect: 'not_applied' };
}

/** The provider's name for this exchange, to quote to its support. */
export function requestIdOf(headers: Headers, secrets: readonly string[] = []): string | null {
  const id = headers.get('x-request-id') ?? headers.get('request-id') ?? headers.get('x-goog-request-id');
  return safeToken(id, secrets);
}

function failureOf(code: StoredCode, message: string, asked: Asked): ProviderFailure {
  return {
    code,
    message: safeText(message, asked.secrets) || STORED_CODES[code].meaning,
    retryable: STORED_CODES[code].retryable,
    retryAfterMs: null,
    providerStatus: null,
    providerCode: null,
    providerRequestId: null,
    effect: asked.isMutation ? 'unknown' : 'not_applied',
  };
}

function codeOfAnswer(status: number, body: ErrorBody | null, wait: number | null): StoredCode {
  for (const word of body?.words ?? []) {
    const code = CODE_OF_WORD[word] ?? codeOfGoogleWord(word, status);
    if (code !== undefined) return code;
  }
  if (isSpendCap(status, body, wait)) return 'forbidden:provider';
  if (status === 404 && !isAboutObject(body)) return 'bad_gateway:provider';
  if (status >= 500 || status < 400) return 'bad_gateway:provider';
  return CODE_OF_STATUS[status] ?? 'unprocessable:provider';
}

/** Claude says when to come back, but for a limit on spending, which no waiting lifts. */
function isSpendCap(status: number, body: ErrorBody | null, wait: number | null): boolean {
  return status === 429 && wait === null && body?.words.at(-1) === 'rate_limit_error';
}

/** Google's words refine 4xx; a 5xx stays what it is. */
function codeOfGoogleWord(word: string, status: number): StoredCode | undefined {
  if (status >= 500) return undefined;
  return GOOGLE_CODES.find(([known]) => known === word)?.[1];
}

/** A 404 of a proxy or of a wrong address must not read as "the skill is gone". */
function isAboutObject(body: ErrorBody | null): boolean {
  return body !== null && !/^Invalid URL\b/.test(body.message ?? '');
}

/** 4xx is a refusal, 3xx nothing at all; after the others a change may have been made. */
function mayHaveHappened(status: number): boolean {
  return status >= 500 || status === 408 || status === 499;
}

function describe(status: number, body: ErrorBody | null): string {
  if (body !== null) return `the provider answered ${status}`;
  return `answered ${status} without an error of the provider's form`;
}

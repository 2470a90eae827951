/** Reads what a failed fetch means: whether it timed out, and whether the request certainly never left. */
import { EgressError } from '../kernel/egress.ts';

export interface TransportError {
  readonly kind: 'refused_by_us' | 'too_large' | 'timeout' | 'unreachable' | 'broken';
  /** True only when no byte of the request can have reached the provider. */
  readonly neverSent: boolean;
  readonly reason: string;
}

/** Errors of name lookup, connecting and the TLS handshake: all before the first byte of a request. */
const BEFORE_SENDING =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_\w+|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_UNSUPPORTED_PROTOCOL|HOSTNAME_MISMATCH)$/;
const BEFORE_SENDING_TEXT = /before secure TLS connection was established|^bad port$/;
const TIMED_OUT = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
/** These may also end an open connection, so they count as unsent only when connecting itself failed. */
const AMBIGUOUS = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ETIMEDOUT']);

export function readTransportError(thrown: unknown): TransportError {
  const chain = causes(thrown);
  const egress = chain.find((error) => error instanceof EgressError);
  if (egress?.reason === 'too_large') return { kind: 'too_large', neverSent: false, reason: egress.message };
  if (egress) return { kind: 'refused_by_us', neverSent: true, reason: egress.message };
  const neverSent = chain.some(isBeforeSending);
  const code = chain.map(codeOf).find((found) => found !== '') ?? '';
  if (chain.some((error) => error.name === 'TimeoutError') || TIMED_OUT.test(code))
    return { kind: 'timeout', neverSent, reason: 'no answer in time' };
  if (neverSent) return { kind: 'unreachable', neverSent, reason: `could not connect${inBrackets(code)}` };
  return { kind: 'broken', neverSent: false, reason: `the connection broke${inBrackets(code)}` };
}

function isBeforeSending(error: Error): boolean {
  const code = codeOf(error);
  if (AMBIGUOUS.has(code)) return 'syscall' in error && error.syscall === 'connect';
  return BEFORE_SENDING.test(code) || BEFORE_SENDING_TEXT.test(error.message);
}

/** The error, what it was caused by, and for several tried addresses each of their errors. */
function causes(thrown: unknown): Error[] {
  const found: Error[] = [];
  for (let next = thrown; next instanceof Error && found.length < 8; next = next.cause) {
    if (next instanceof AggregateError) {
      const [first] = next.errors;
      if (first instanceof Error) found.push(first);
    } else found.push(next);
  }
  return found;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function inBrackets(code: string): string {
  return code === '' ? '' : ` (${code})`;
}

/** Database errors by SQLSTATE and constraint name: unavailable, worth repeating, or a refusal a store knows. */
import { AppError } from '../kernel/errors.ts';

const RETRY_AFTER_SECONDS = 2;

/** Classes of SQLSTATE that say "not now": connection, resources, operator intervention, system. */
const UNAVAILABLE_CLASSES = ['08', '53', '57', '58'];
/** Read-only after a failover, idle in a transaction for too long, a lock not had in time. */
const UNAVAILABLE_STATES = ['25006', '25P03', '55P03'];
const REPEATABLE_STATES = ['40001', '40P01'];

const SOCKET_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
];

/** What Node says of a certificate that it does not trust. */
const TLS_CODES = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;
const NO_TLS_THERE = 'The server does not support SSL connections';

/** What the drivers say without a code. */
const DRIVER_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
  'Query read timeout',
  'Cannot use a pool after calling end on the pool',
  'PGlite is clos',
  'driver has already been destroyed',
];

/** An unavailable database becomes `offline:database`; every other error is returned as it is. */
export function databaseError(error: unknown): unknown {
  if (error instanceof AppError || !isUnavailable(error)) return error;
  return new AppError('offline:database', 'The database does not answer right now. Try again shortly.', {
    retryAfter: RETRY_AFTER_SECONDS,
    cause: error,
  });
}

/**
 * A wrong user, password, database name or certificate, or a right that is missing: what the error says names it, and
 * no secret.
 */
export function isRefusedByDatabase(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(28|3D)[0-9A-Z]{3}$/.test(code) || code === '42501') return true;
  return TLS_CODES.test(code) || (error instanceof Error && error.message === NO_TLS_THERE);
}

/** Whether the whole transaction may simply be run again: nothing of it was kept. */
export function isRepeatable(error: unknown): boolean {
  return REPEATABLE_STATES.includes(codeOf(error));
}

export function isUniqueViolation(error: unknown, constraintName: string): boolean {
  return codeOf(error) === '23505' && field(error, 'constraint') === constraintName;
}

export function isForeignKeyViolation(error: unknown, constraintName: string): boolean {
  return codeOf(error) === '23503' && field(error, 'constraint') === constraintName;
}

/** Whether the connection itself is of no more use, so that the pool must not hand it out again. */
export function endsConnection(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '57014') return false;
  return isUnavailable(error) && !code.startsWith('53') && code !== '55P03';
}

function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (SOCKET_CODES.includes(code) || UNAVAILABLE_STATES.includes(code)) return true;
  if (/^[0-9A-Z]{5}$/.test(code)) return UNAVAILABLE_CLASSES.includes(code.slice(0, 2));
  if (!(error instanceof Error)) return false;
  // Several addresses were tried and each refused: Node wraps them.
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return DRIVER_MESSAGES.some((message) => error.message.includes(message));
}

function codeOf(error: unknown): string {
  return field(error, 'code');
}

function field(error: unknown, name: 'code' | 'constraint'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

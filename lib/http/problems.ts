/** Any thrown value → an RFC 9457 problem answer; the only file that renders errors. */
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { databaseError } from '../db/errors.ts';
import { type AnswerCode, AppError, type Issue, type Kind, STATUS_OF_KIND } from '../kernel/errors.ts';
import { maskQuoted } from '../kernel/mask-secrets.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export const Problem = z
  .looseObject({
    type: z.string().meta({ description: 'says what kind of problem it is; resolves on this server' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'the path that was asked for' }),
    requestId: z.string(),
    code: z.string().meta({ description: '`<kind>:<surface>`, for programs to decide on' }),
    issues: z
      .array(z.object({ path: z.string().meta({ description: 'a JSON pointer' }), message: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem' });

/** Answers that no other code can be trusted to have made safe are at least this strict. */
export const PROBLEM_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** What the framework says, in our words. */
const FRAMEWORK_ERRORS: Readonly<Record<string, readonly [AnswerCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large:api', 'The body is larger than this route takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type:api',
    'This route does not take that content type',
  ],
  FST_ERR_CTP_EMPTY_TYPE: ['unsupported_media_type:api', 'The body has no content type'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request:api', 'Content-Length does not match the body'],
  FST_ERR_BAD_URL: ['bad_request:api', 'The path is not valid'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found:api', 'There is no such route'],
  FST_REQ_FILE_TOO_LARGE: ['payload_too_large:api', 'A part is larger than this route takes'],
  FST_FILES_LIMIT: ['payload_too_large:api', 'There are more files than this route takes'],
  FST_FIELDS_LIMIT: ['payload_too_large:api', 'There are more fields than this route takes'],
  FST_PARTS_LIMIT: ['payload_too_large:api', 'There are more parts than this route takes'],
};

/** The AppError behind any thrown value; what nobody foresaw becomes `internal:api` with the cause kept private. */
export function toAppError(thrown: unknown): AppError {
  const error = databaseError(thrown);
  if (error instanceof AppError) return error;
  const known = FRAMEWORK_ERRORS[String(member(error, 'code'))];
  if (known) return new AppError(known[0], known[1], { cause: error });
  const status = member(error, 'statusCode');
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError('bad_request:api', 'The request is not valid', { cause: error });
  }
  return new AppError(
    'internal:api',
    'Something unexpected happened on our side; the log has it under the request id',
    { cause: error },
  );
}

export function invalidRequest(issues: readonly Issue[]): AppError {
  const count = issues.length === 1 ? '1 field is' : `${issues.length} fields are`;
  return new AppError('bad_request:api', `${count} not valid`, { issues });
}

/** All issues of a zod error, with JSON pointers; an unknown field has an issue of its own. */
export function zodIssues(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pointer([...issue.path, key]), message: 'unknown field' }))
      : [{ path: pointer(issue.path), message: issue.message }],
  );
}

/** A JSON pointer (RFC 6901); the empty one means the whole document. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function problemBody(
  error: AppError,
  where: { path: string; requestId: string },
): z.infer<typeof Problem> {
  return {
    ...error.extensions,
    type: `/problems/${error.kind}`,
    title: STATUS_CODES[error.status] ?? error.kind,
    status: error.status,
    detail: maskQuoted(error.detail),
    instance: maskQuoted(where.path),
    requestId: where.requestId,
    code: error.code,
    ...(error.issues.length > 0 && { issues: error.issues.map(maskIssue) }),
  };
}

/** Fields have names that people choose, also by a slip of the clipboard. */
function maskIssue({ path, message }: Issue): Issue {
  return { path: maskQuoted(path), message: maskQuoted(message) };
}

const RETRY_AFTER_SECONDS = 2;

function problemHeaders(error: AppError, hasCredentials: boolean): Record<string, string> {
  return {
    ...PROBLEM_HEADERS,
    ...(error.kind === 'unauthorized' && {
      'www-authenticate': hasCredentials ? 'Bearer error="invalid_token"' : 'Bearer',
    }),
    ...((error.kind === 'rate_limit' || error.kind === 'offline') && {
      'retry-after': String(error.retryAfter ?? RETRY_AFTER_SECONDS),
    }),
    ...(error.allow && { allow: error.allow.join(', ') }),
  };
}

/** Answers with the problem behind `thrown`; logs it, once, when it is ours. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toAppError(thrown);
  logOurs(request, error);
  const path = request.url.split('?', 1)[0] ?? request.url;
  return (
    reply
      .code(error.status)
      .header('x-request-id', request.id)
      .headers(problemHeaders(error, request.headers.authorization !== undefined))
      .type(PROBLEM_TYPE)
      // Serialised here: the problem is not one of the route's own answers.
      .serializer(JSON.stringify)
      .send(problemBody(error, { path, requestId: request.id }))
  );
}

function logOurs(request: FastifyRequest, error: AppError): void {
  const fields = {
    err: error.cause,
    method: request.method,
    route: request.routeOptions.url,
  };
  if (error.kind === 'internal') request.log.error(fields, 'a request failed unexpectedly');
  else if (error.kind === 'offline') request.log.warn(fields, 'a request could not be served now');
}

export function isKind(text: string): text is Kind {
  return Object.hasOwn(STATUS_OF_KIND, text);
}

function member(value: unknown, name: 'code' | 'statusCode'): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Any thrown value → an RFC 9457 problem answer; the only file that renders errors. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { databaseError } from '../db/errors.ts';
import { type AnswerCode, AppError, type Issue, type Kind, STATUS_OF_KIND } from '../kernel/errors.ts';

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
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** What the framework and Node say, in our words. */
const FRAMEWORK_ERRORS: Readonly<Record<string, { code: AnswerCode; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'payload_too_large:api',
    detail: 'The body is larger than this route takes',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type:api',
    detail: 'This route does not take that content type',
  },
  FST_ERR_CTP_EMPTY_TYPE: { code: 'unsupported_media_type:api', detail: 'The body has no content type' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'bad_request:api', detail: 'The body is empty; send a JSON object' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'bad_request:api', detail: 'The body is not valid JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad_request:api',
    detail: 'Content-Length does not match the body',
  },
  FST_ERR_BAD_URL: { code: 'bad_request:api', detail: 'The path is not valid' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not_found:api', detail: 'There is no such route' },
  FST_REQ_FILE_TOO_LARGE: { code: 'payload_too_large:api', detail: 'A part is larger than this route takes' },
  FST_FILES_LIMIT: { code: 'payload_too_large:api', detail: 'There are more files than this route takes' },
  FST_PARTS_LIMIT: { code: 'payload_too_large:api', detail: 'There are more parts than this route takes' },
};

/** The AppError behind any thrown value; what nobody foresaw becomes `internal:api` with the cause kept private. */
export function toAppError(thrown: unknown): AppError {
  const error = databaseError(thrown);
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    return invalidRequest(
      error.validation.flatMap((entry) => issuesOf(entry.instancePath, entry.params['issue'], entry.message)),
    );
  }
  const framework = FRAMEWORK_ERRORS[frameworkCode(error)];
  if (framework) return new AppError(framework.code, framework.detail, { cause: error });
  const status = statusOf(error);
  if (status === 413)
    return new AppError('payload_too_large:api', 'The body is larger than this route takes', {
      cause: error,
    });
  if (status !== null && status >= 400 && status < 500) {
    return new AppError('bad_request:api', 'The request is not valid', { cause: error });
  }
  return new AppError(
    'internal:api',
    'Something unexpected happened on our side; the log has it under the request id',
    {
      cause: error,
    },
  );
}

export function invalidRequest(issues: readonly Issue[]): AppError {
  const count = issues.length === 1 ? '1 field is' : `${issues.length} fields are`;
  return new AppError('bad_request:api', `${count} not valid`, { issues });
}

/** All issues of a zod error, with JSON pointers. */
export function zodIssues(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) => issuesOf(pointer(issue.path), issue, issue.message));
}

function issuesOf(instancePath: string, issue: unknown, message: string | undefined): Issue[] {
  const path = instancePath === '' ? '/' : instancePath;
  // zod names all unknown fields of an object in one issue; each gets a line of its own.
  const keys =
    typeof issue === 'object' && issue !== null && 'keys' in issue && Array.isArray(issue.keys)
      ? issue.keys
      : [];
  if (keys.length > 0) {
    return keys.map((key) => ({
      path: `${instancePath}${pointer([String(key)])}`,
      message: 'unknown field',
    }));
  }
  return [{ path, message: message ?? 'is not valid' }];
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function frameworkCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

function statusOf(error: unknown): number | null {
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  return typeof status === 'number' ? status : null;
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
    detail: error.detail,
    instance: where.path,
    requestId: where.requestId,
    code: error.code,
    ...(error.issues.length > 0 && { issues: [...error.issues] }),
  };
}

const RETRY_AFTER_SECONDS = 2;

export function problemHeaders(error: AppError): Record<string, string> {
  return {
    ...(error.kind === 'unauthorized' && { 'www-authenticate': 'Bearer' }),
    ...((error.kind === 'rate_limit' || error.kind === 'offline') && {
      'retry-after': String(error.retryAfter ?? RETRY_AFTER_SECONDS),
    }),
    ...(error.allow && { allow: error.allow.join(', ') }),
  };
}

/** Answers with the problem behind `thrown`; logs it when it is ours. */
export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): Promise<FastifyReply> {
  const error = toAppError(thrown);
  if (error.kind === 'internal')
    request.log.error({ err: error.cause, requestId: request.id }, 'a request failed unexpectedly');
  else if (error.kind === 'offline')
    request.log.warn({ err: error.cause, requestId: request.id }, 'a request could not be served now');
  const path = request.url.split('?', 1)[0] ?? request.url;
  return await reply
    .code(error.status)
    .headers(problemHeaders(error))
    .type(PROBLEM_TYPE)
    // Serialised here: the problem is not one of the route's own answers.
    .serializer(JSON.stringify)
    .send(problemBody(error, { path, requestId: request.id }));
}

/** Statuses that only Node itself raises, before there is a request. */
const CLIENT_ERRORS: Readonly<
  Record<string, { status: number; kind: string; title: string; detail: string }>
> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    kind: 'timeout',
    title: 'Request Timeout',
    detail: 'The request did not arrive in time',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    kind: 'payload_too_large',
    title: 'Request Header Fields Too Large',
    detail: 'The headers are too large',
  },
};

/** Answers on the bare socket what Node could not make a request of. */
export function answerClientError(error: Error & { code?: string }, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const known = CLIENT_ERRORS[error.code ?? ''] ?? {
    status: 400,
    kind: 'bad_request',
    title: 'Bad Request',
    detail: 'This is not a valid HTTP request',
  };
  const { status, kind, title, detail } = known;
  const body = JSON.stringify({
    type: `/problems/${kind}`,
    title,
    status,
    detail,
    instance: '',
    requestId,
    code: `${kind}:api`,
  });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
}

export function isKind(text: string): text is Kind {
  return Object.hasOwn(STATUS_OF_KIND, text);
}

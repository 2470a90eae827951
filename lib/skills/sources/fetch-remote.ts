/** Fetches an address that a caller wrote: redirects by hand, a size, a deadline, and errors the caller understands. */
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { readTransportError } from '../../providers/transport-error.ts';
import { fetchTurns } from './fetch-turns.ts';

const MAX_REDIRECTS = 3;

export interface RemoteRequest {
  readonly maxBytes: number;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly maxRedirects?: number;
  /** Of a credential for this origin; a redirect to another one goes without it. */
  readonly authorization?: string;
  /** For statuses that mean something particular here; null leaves it at `bad_gateway:skill`. */
  readonly explainStatus?: (status: number) => AppError | null;
}

export interface RemoteAnswer {
  /** Where it came from in the end. */
  readonly url: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** One for everything that is fetched for one skill, so that many slow answers do not add up. */
export interface Remote {
  readonly ctx: Context;
  readonly signal: AbortSignal;
}

/** Waits for a turn first, then has its whole time. Throws `offline:skill` when none came. */
export async function withRemote<T>(ctx: Context, act: (remote: Remote) => Promise<T>): Promise<T> {
  const endTurn = await fetchTurns.take(ctx.settings.providerTimeoutMs);
  try {
    return await act({ ctx, signal: AbortSignal.timeout(ctx.settings.providerTimeoutMs) });
  } finally {
    endTurn();
  }
}

/** Throws `bad_request:api` at `/source/url`, `bad_gateway:skill` or `timeout:skill`. Nothing of an answer is shown. */
export async function fetchRemote(
  remote: Remote,
  url: string,
  request: RemoteRequest,
): Promise<RemoteAnswer> {
  const left = request.maxRedirects ?? MAX_REDIRECTS;
  const answer = await send(remote, url, request);
  if (answer.status >= 300 && answer.status < 400) {
    if (left === 0) throw badGateway(url, 'redirects too often');
    const next = redirectTarget(url, answer);
    return await fetchRemote(remote, next, redirected(request, url, next));
  }
  if (answer.status !== 200) {
    throw request.explainStatus?.(answer.status) ?? badGateway(url, `answered with status ${answer.status}`);
  }
  return { url, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

async function send({ ctx, signal }: Remote, url: string, request: RemoteRequest): Promise<Response> {
  try {
    return await ctx.egress(url, {
      method: request.method ?? 'GET',
      // What is compressed on the way has other bytes than the digest is of.
      headers: {
        'accept-encoding': 'identity',
        'user-agent': 'skillconvoy',
        ...request.headers,
        ...(request.authorization !== undefined && { authorization: request.authorization }),
      },
      ...(request.body && { body: request.body }),
      maxResponseBytes: request.maxBytes,
      mayStayInside: false,
      signal,
    });
  } catch (error) {
    throw explained(error, url);
  }
}

function redirected(request: RemoteRequest, from: string, to: string): RemoteRequest {
  const { authorization, ...others } = request;
  const isSame = new URL(from).origin === new URL(to).origin;
  return {
    ...others,
    maxRedirects: (request.maxRedirects ?? MAX_REDIRECTS) - 1,
    ...(isSame && authorization !== undefined && { authorization }),
  };
}

function redirectTarget(url: string, answer: Response): string {
  const location = answer.headers.get('location');
  if (location === null || !URL.canParse(location, url)) throw badGateway(url, 'redirects to no address');
  const target = new URL(location, url);
  if (target.protocol === 'http:' && url.startsWith('https:')) {
    throw refusedUrl(`${hostOf(url)} redirects from https to http`);
  }
  return target.href;
}

function explained(error: unknown, url: string): AppError {
  const { kind, reason } = readTransportError(error);
  switch (kind) {
    case 'refused_by_us':
      return refusedUrl(reason, error);
    case 'too_large':
      return refusedUrl(reason, error);
    case 'timeout':
      return timedOut(url, error);
    case 'unreachable':
    case 'broken':
      return badGateway(url, reason, error);
  }
}

export function refusedUrl(message: string, cause?: unknown): AppError {
  return refusedAt('/source/url', message, cause);
}

export function refusedAt(path: string, message: string, cause?: unknown): AppError {
  return new AppError('bad_request:api', 'The source of this skill is refused', {
    issues: [{ path, message }],
    cause,
  });
}

export function badGateway(url: string, what: string, cause?: unknown): AppError {
  return new AppError('bad_gateway:skill', `${hostOf(url)}: ${what}`, { cause });
}

export function timedOut(url: string, cause: unknown): AppError {
  return new AppError('timeout:skill', `${hostOf(url)} did not answer in time`, { cause });
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** As a version shows it: what follows `?` is often a key to the address. */
export function shownUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

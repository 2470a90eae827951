/** Fetches an address that a caller wrote: redirects by hand, a size, a deadline, and errors the caller understands. */
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { readTransportError } from '../../providers/transport-error.ts';

const MAX_REDIRECTS = 3;

export interface RemoteRequest {
  readonly maxBytes: number;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly maxRedirects?: number;
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

export function openRemote(ctx: Context): Remote {
  return { ctx, signal: AbortSignal.timeout(ctx.settings.providerTimeoutMs) };
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
    return await fetchRemote(remote, next, { ...request, maxRedirects: left - 1 });
  }
  if (answer.status !== 200) throw badGateway(url, `answered with status ${answer.status}`);
  return { url, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

async function send({ ctx, signal }: Remote, url: string, request: RemoteRequest): Promise<Response> {
  try {
    return await ctx.egress(url, {
      method: request.method ?? 'GET',
      // What is compressed on the way has other bytes than the digest is of.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'skillconvoy', ...request.headers },
      ...(request.body && { body: request.body }),
      maxResponseBytes: request.maxBytes,
      mayStayInside: false,
      signal,
    });
  } catch (error) {
    throw explained(error, url);
  }
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
      return new AppError('timeout:skill', `${hostOf(url)} did not answer in time`, { cause: error });
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

function hostOf(url: string): string {
  return new URL(url).host;
}

/** As a version shows it: what follows `?` is often a key to the address. */
export function shownUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** Everybody makes so many requests a minute at most; every answer says how many are left. */
import { isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Allowance, rateLimit, RateLimiter } from '../auth/rate-limiter.ts';
import type { Environment } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';

/** Without a key it is a tenth. */
const ANONYMOUS_PART = 10;
/** These are asked by machines that must get their answer. */
const UNCOUNTED: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Throws `rate_limit:api` when the request is one too many. Counts for the principal, or for the address without one. */
export type LimitRequests = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export function createRequestLimit(env: Environment): LimitRequests {
  const { rateLimitPerMinute } = env.settings;
  if (rateLimitPerMinute === null) return async () => {};
  const limiter = new RateLimiter(env);
  const known = rateLimit(rateLimitPerMinute);
  const unknown = rateLimit(Math.max(1, Math.ceil(rateLimitPerMinute / ANONYMOUS_PART)));
  return async (request, reply) => {
    if (UNCOUNTED.has(request.routeOptions.url ?? '')) return;
    const { principal } = request;
    const allowance =
      principal === null
        ? await limiter.take(`address ${network(request.ip)}`, unknown)
        : await limiter.take(`${principal.type} ${principal.id}`, known);
    void reply.headers(headersOf(allowance));
    if (allowance.isAllowed) return;
    const whose = principal === null ? 'this address without a valid key' : 'this key';
    throw new AppError(
      'rate_limit:api',
      `More than ${allowance.limit.perMinute} requests a minute came from ${whose}; see Retry-After`,
      { retryAfter: Math.ceil(allowance.waitMs / 1000) },
    );
  };
}

/** draft-ietf-httpapi-ratelimit-headers: what may come in a window, what is left of it and when all of it is back. */
function headersOf({ limit, remaining, fullInMs }: Allowance): Record<string, string> {
  return {
    'ratelimit-policy': `"default";q=${limit.burst};w=${Math.ceil((limit.burst * limit.intervalMs) / 1000)}`,
    ratelimit: `"default";r=${remaining};t=${Math.ceil(fullInMs / 1000)}`,
  };
}

/** Whoever has one IPv6 address has all of its /64. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0');
  return [...groups, ...zeros, ...last].slice(0, 4).join(':');
}

/** The only way out to other machines: checks the address at connect time, bounds size, follows no redirect. */
import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';

export interface EgressInit extends RequestInit {
  /** Less than what the process allows; more is never granted. */
  readonly maxResponseBytes?: number;
  /** False for an address that a caller wrote: hosts inside this process are not for them. */
  readonly mayStayInside?: boolean;
}

/** The fetch that adapters, SDKs and sources are given. Answers are buffered; `signal` also bounds the reading. */
export type Fetch = (input: string | URL | Request, init?: EgressInit) => Promise<Response>;

/** Answers requests to a host inside this process, without a socket. */
export type InProcessHost = (request: Request) => Promise<Response>;

export interface EgressOptions {
  /** `host` or `host:port` that may be reached over http and at private addresses. */
  readonly allowedHosts: readonly string[];
  readonly inProcess?: ReadonlyMap<string, InProcessHost>;
  readonly maxResponseBytes?: number;
  /** Resolves names; another one than the system's is for tests. */
  readonly lookup?: typeof systemLookup;
}

/** Refused before anything was sent. `message` is safe to show. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly reason: 'forbidden' | 'too_large';

  constructor(reason: 'forbidden' | 'too_large', message: string) {
    super(message);
    this.reason = reason;
  }
}

const DEFAULT_MAX_RESPONSE_BYTES = 72 * 1024 * 1024;

export function createEgress(options: EgressOptions): Fetch {
  const guarded = new Agent({
    connect: { lookup: publicLookup(options.lookup ?? systemLookup) },
    allowH2: false,
  });
  const open = new Agent({ allowH2: false });
  const processLimit = options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;

  return async function egress(input, init = {}) {
    if (typeof input === 'string' && input.startsWith('data:,')) return new Response('');
    const { maxResponseBytes = processLimit, mayStayInside = true, ...standard } = init;
    refuseUserInfo(new URL(input instanceof Request ? input.url : input));
    const request = new Request(input, { ...standard, redirect: 'manual' });
    const url = new URL(request.url);
    const inProcess = mayStayInside ? options.inProcess?.get(url.host) : undefined;
    if (inProcess) return await inProcess(request);

    const isAllowed = isAllowedHost(url, options.allowedHosts);
    if (!isAllowed || !isWeb(url)) refuseUnsafe(url);
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const answer = await undiciFetch(url, {
      method: request.method,
      headers: [...request.headers],
      body,
      redirect: 'manual',
      signal: request.signal,
      dispatcher: isAllowed ? open : guarded,
    });
    return await buffered(answer, Math.min(maxResponseBytes, processLimit));
  };
}

/** Why this address would be refused before its name is resolved, in words to show; null when it would not. */
export function whyForbidden(address: string, allowedHosts: readonly string[]): string | null {
  if (!URL.canParse(address)) return 'must be an absolute URL';
  const url = new URL(address);
  try {
    refuseUserInfo(url);
    if (!isAllowedHost(url, allowedHosts) || !isWeb(url)) refuseUnsafe(url);
    return null;
  } catch (error) {
    if (error instanceof EgressError) return error.message;
    throw error;
  }
}

export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  return allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname);
}

function isWeb(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'http:';
}

function refuseUserInfo(url: URL): void {
  if (url.username === '' && url.password === '') return;
  throw new EgressError('forbidden', 'a user name or password in an address is not allowed');
}

function refuseUnsafe(url: URL): void {
  if (url.protocol !== 'https:') {
    throw new EgressError(
      'forbidden',
      `${url.protocol}// is not allowed to ${url.host}; use https, or list the host in ALLOWED_HOSTS`,
    );
  }
  if (url.port !== '') {
    throw new EgressError(
      'forbidden',
      `port ${url.port} is not allowed; list ${url.host} in ALLOWED_HOSTS if that is meant`,
    );
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isPrivate = isIP(hostname) === 0 ? INSIDE_NAMES.test(hostname) : isPrivateAddress(hostname);
  if (isPrivate) throw forbiddenAddress(url.hostname);
}

/** Names that only mean something inside a machine or a network, whatever a resolver says about them. */
const INSIDE_NAMES = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa|instance-data)$/;

function forbiddenAddress(hostname: string): EgressError {
  return new EgressError(
    'forbidden',
    `${hostname} is a private address; list it in ALLOWED_HOSTS if that is meant`,
  );
}

/** One list a family: a list matches an IPv4 address against the IPv6 networks that embed all of them, too. */
const PRIVATE_V4 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE_V4.addSubnet(network, prefix, 'ipv4');
}
/** Everything but 2000::/3, which alone is given out, and in it what leads to other networks or to none. */
const PRIVATE_V6 = new BlockList();
for (const [network, prefix] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  PRIVATE_V6.addSubnet(network, prefix, 'ipv6');
}

/** True for all that not everybody may reach, for addresses with a zone, and for what is no address. */
export function isPrivateAddress(address: string): boolean {
  // A list would not match an address with a zone at all.
  if (isIP(address) === 0 || address.includes('%')) return true;
  return isIP(address) === 6 ? PRIVATE_V6.check(address, 'ipv6') : PRIVATE_V4.check(address, 'ipv4');
}

/** Resolves a name and refuses it when any of its addresses is private; the very address is then connected to. */
function publicLookup(lookup: typeof systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const first = addresses?.[0];
      if (error || !first) return callback(error, []);
      if (addresses.some(({ address }) => isPrivateAddress(address)))
        return callback(forbiddenAddress(hostname), []);
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

async function buffered(
  answer: Awaited<ReturnType<typeof undiciFetch>>,
  maxBytes: number,
): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (answer.body) {
    for await (const chunk of answer.body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new EgressError('too_large', `the answer is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  }
  const hasNoBody = answer.status === 204 || answer.status === 205 || answer.status === 304;
  return new Response(hasNoBody ? null : Buffer.concat(chunks), {
    status: answer.status,
    statusText: answer.statusText,
    headers: [...answer.headers],
  });
}

/** Keeps pages of other sites from using a browser to reach this server: by a name of theirs, or across origins. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import type { Settings } from '../kernel/settings.ts';

type Names = Pick<Settings, 'host' | 'serverNames'>;

/**
 * The check for a server with these settings; throws `forbidden:auth`. Host is held against the known names when the
 * server listens on this machine only, or has names; whoever listens on a network without names may be asked by any.
 */
export function createSiteCheck(settings: Names): (request: FastifyRequest) => void {
  const checksHost = isLoopback(settings.host) || settings.serverNames.length > 0;
  return function refuseForeignSite(request) {
    const { host } = request;
    if (checksHost && request.headers.host !== undefined && !isKnown(host, settings))
      throw new AppError(
        'forbidden:auth',
        'This server is not known by the name in Host; list that name in SERVER_NAMES to use it',
      );
    const { origin } = request.headers;
    if (origin === undefined || !matters(request)) return;
    if (!isSameSite(origin, host, settings))
      throw new AppError(
        'forbidden:auth',
        'The request comes from a page of another site (Origin); list its host in SERVER_NAMES to let it in',
      );
  };
}

/** What changes something, and streams, which any page could keep open. */
function matters({ method, headers }: FastifyRequest): boolean {
  const isChange = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
  return isChange || (headers.accept ?? '').includes('text/event-stream');
}

function isSameSite(origin: string, host: string, settings: Names): boolean {
  // "null" is what sandboxed pages and files say.
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (settings.serverNames.includes(url.hostname)) return true;
  const own = `${url.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === url.host;
}

/** With whatever port: tunnels and containers move it. */
function isKnown(host: string, settings: Names): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname, pathname, username, search, hash } = new URL(`http://${host}`);
  if (pathname !== '/' || username !== '' || search !== '' || hash !== '') return false;
  return isLoopback(hostname) || settings.serverNames.includes(hostname);
}

/** Names end with "localhost" only on this machine (RFC 6761); a dot at the end changes nothing. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    name === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
}

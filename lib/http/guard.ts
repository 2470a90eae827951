/** Everything that is decided about a request before its body is read, in the order of the contract. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createAuthenticator } from '../auth/authenticate-bearer.ts';
import type { Environment } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { authenticate, authorize } from './authenticate.ts';
import { FORM_TYPE } from './json-body.ts';
import { createRequestLimit } from './limit-requests.ts';
import { UPLOAD_TYPES } from './multipart.ts';
import { createSiteCheck } from './refuse-foreign-site.ts';
import { methodsOf, type Route, type RouteRole, routesAt } from './route.ts';

/** 403 for pages of other sites, 401, 403, 404, 405; then, for those who may, 413 and 415. */
export function guard(
  app: FastifyInstance,
  env: Environment,
  routes: readonly Route[],
  stopping: AbortSignal,
): void {
  const keys = createAuthenticator(env);
  const limit = createRequestLimit(env);
  const refuseForeignSite = createSiteCheck(env.settings);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      throw new AppError('bad_request:api', 'The header Host is missing');
    }
    refuseForeignSite(request);
    const here = request.is404 ? routesAt(routes, pathOf(request)) : [];
    const needed = request.is404 ? roleOfMissing(here, pathOf(request)) : request.routeOptions.config.role;
    if (needed === 'open') await limit(request, reply);
    else {
      if (stopping.aborted) throw new AppError('offline:api', 'The process is stopping');
      try {
        request.principal = await authenticate(request, keys);
      } finally {
        await limit(request, reply);
      }
      if (needed !== 'any') authorize(request.principal, needed ?? 'admin');
    }
    if (request.is404) throw missing(request.method, here);
  });
  // Whoever is told that a key has ended finds it refused at once.
  app.addHook('onSend', async (request) => {
    if (request.method !== 'GET' && request.routeOptions.url?.startsWith('/api/keys/')) keys.forget();
  });
  app.addHook('preParsing', async (request) => {
    if (!hasBody(request)) return;
    if (Number(request.headers['content-length'] ?? 0) > (request.routeOptions.bodyLimit ?? 0)) {
      throw new AppError('payload_too_large:api', 'The body is larger than this route takes');
    }
    refuseContentType(request);
  });
}

/** What a request for a route that is not there must show: under /api a key, whichever. */
function roleOfMissing(here: readonly Route[], path: string): RouteRole | 'any' {
  const [route] = here;
  if (route) return here.some(({ role }) => role === 'open') ? 'open' : 'any';
  return path === '/api' || path.startsWith('/api/') ? 'any' : 'open';
}

function missing(method: string, here: readonly Route[]): AppError {
  if (here.length === 0) return new AppError('not_found:api', 'There is no such route');
  const allow = methodsOf(here);
  return new AppError('method_not_allowed:api', `${method} is not a method of this route`, { allow });
}

function refuseContentType(request: FastifyRequest): void {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const { takesUploads = false, isSigned = false } = request.routeOptions.config;
  const taken = ['application/json', ...(takesUploads ? UPLOAD_TYPES : []), ...(isSigned ? [FORM_TYPE] : [])];
  if (!taken.includes(type)) {
    throw new AppError('unsupported_media_type:api', `This route takes ${taken.join(', ')}`);
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new AppError('unsupported_media_type:api', 'Send the body without a content encoding');
  }
}

function hasBody(request: FastifyRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false;
  const { 'content-length': length, 'transfer-encoding': transfer } = request.headers;
  return transfer !== undefined || (length !== undefined && length !== '0');
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? request.url;
}

/** The HTTP server: the order of everything that happens to a request. */
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { createKeyAuthenticator } from '../auth/authenticate-key.ts';
import type { Context, Environment, Principal } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { authenticate, authorize } from './authenticate.ts';
import { acceptJson, MAX_JSON_BYTES } from './json-body.ts';
import { acceptUploads } from './multipart.ts';
import { documentRoutes } from './openapi.ts';
import { answerClientError, sendProblem } from './problems.ts';
import { allowedMethods, registerRoute } from './register-route.ts';
import type { Route, RouteRole } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    role?: RouteRole;
  }
}

export interface ServerOptions {
  readonly env: Environment;
  readonly routes: readonly Route[];
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const ANONYMOUS: Principal = { type: 'system', id: 'anonymous', name: 'nobody', role: 'viewer' };
/** Pages of the documentation, which the documentation plugin serves by itself. */
const OPEN_PREFIX = '/docs';

/** Built but not listening. `close()` answers what is in flight, then ends. */
export async function createServer({ env, routes }: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: env.log.child({ part: 'http' }),
    disableRequestLogging: true,
    requestIdHeader: false,
    genReqId: requestIdOf,
    bodyLimit: MAX_JSON_BYTES,
    requestTimeout: 120_000,
    connectionTimeout: 130_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    allowErrorHandlerOverride: false,
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, newId('request')),
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, error),
  });
  app.server.headersTimeout = 20_000;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('principal', null);
  app.setErrorHandler(async (error, request, reply) => await sendProblem(request, reply, error));

  acceptJson(app);
  await acceptUploads(app);
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } },
    enableCSPNonces: false,
  });
  guard(app, env);
  app.setNotFoundHandler(async (request) => {
    const allow = allowedMethods(routes, request.url);
    if (allow.length > 0) {
      throw new AppError('method_not_allowed:api', `${request.method} is not a method of this route`, {
        allow,
      });
    }
    throw new AppError('not_found:api', 'There is no such route');
  });
  closeIdleConnectionsWhileClosing(app);
  await documentRoutes(app);
  for (const route of routes) registerRoute(app, route, (request) => contextOf(env, request));
  await app.ready();
  return app;
}

/** Before the body is read: who asks, may they, and is what they announce too large. */
function guard(app: FastifyInstance, env: Environment): void {
  const keys = createKeyAuthenticator(env);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    const role =
      request.routeOptions.config.role ?? (request.url.startsWith(OPEN_PREFIX) ? 'open' : undefined);
    if (role === 'open') return;
    request.principal = await authenticate(request, keys);
    // Without a role it is no route of ours, and the answer will be 404 or 405.
    if (role !== undefined) authorize(request.principal, role);
  });
  app.addHook('preParsing', async (request) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > (request.routeOptions.bodyLimit ?? MAX_JSON_BYTES)) {
      throw new AppError('payload_too_large:api', 'The body is larger than this route takes');
    }
  });
}

function contextOf(env: Environment, request: FastifyRequest): Context {
  return { ...env, principal: request.principal ?? ANONYMOUS, source: 'api', requestId: request.id };
}

function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId('request');
}

/** A keep-alive connection that was busy when closing began would hold the server until its time-out. */
function closeIdleConnectionsWhileClosing(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const timer = setInterval(() => app.server.closeIdleConnections(), 100);
    timer.unref();
    app.server.once('close', () => clearInterval(timer));
  });
}

/** The HTTP server: the order of everything that happens to a request. */
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type InjectOptions,
  type LightMyRequestResponse,
  LogController,
} from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { RefusalLog } from '../audit/refusals.ts';
import type { Context, Environment, Principal } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { LiveEvents } from '../runs/follow/live-events.ts';
import { newId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { maskQuoted } from '../kernel/mask-secrets.ts';
import { answerClientError } from './client-errors.ts';
import { guard } from './guard.ts';
import { acceptJson, MAX_JSON_BYTES } from './json-body.ts';
import { acceptUploads } from './multipart.ts';
import { OpenStreams } from './open-streams.ts';
import { DOCS_PATH, documentRoutes } from './openapi.ts';
import { sendProblem, toAppError } from './problems.ts';
import { registerRoute } from './register-route.ts';
import { isRouteRole, type Route, type RouteRole } from './route.ts';
import { docsRoute } from './routes/docs.ts';
import { traceRequests } from './trace-requests.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    role?: RouteRole;
    takesUploads?: boolean;
    isSigned?: boolean;
    /** As the route gives it, with `{name}` and `{name...}`. */
    path?: string;
  }
}

export interface ServerOptions {
  readonly env: Environment;
  readonly routes: readonly Route[];
  readonly timeouts?: Partial<Timeouts>;
}

/** What a client may take its time for, in milliseconds. */
export interface Timeouts {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleSocketMs: number;
  readonly keepAliveMs: number;
  /** How often the first two are checked. */
  readonly checkEveryMs: number;
}

const TIMEOUTS: Timeouts = {
  headersMs: 20_000,
  requestMs: 120_000,
  idleSocketMs: 130_000,
  keepAliveMs: 72_000,
  checkEveryMs: 5000,
};

/** What the rest of the program sees of the server. */
export interface HttpServer {
  /** Resolves with the address it listens at. */
  listen(at: { host: string; port: number }): Promise<string>;
  /** Answers a request without a socket. */
  inject(request: InjectedRequest | string): Promise<LightMyRequestResponse>;
  /** Answers what is in flight, ends streams, then stops listening. */
  close(): Promise<void>;
}

export type InjectedRequest = InjectOptions;

/** How long a connection without a request is kept while closing. */
const FIRST_REQUEST_MS = 500;

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const ANONYMOUS: Principal = { type: 'system', id: 'anonymous', name: 'nobody', role: 'viewer' };

/** Built but not listening. Throws when a route does not say who may call it. */
export async function createServer(options: ServerOptions): Promise<HttpServer> {
  const { env } = options;
  const hasDocs = env.settings.role !== 'worker';
  const app = newFastify(env, { ...TIMEOUTS, ...options.timeouts });
  const live = new LiveEvents(env);
  const streams = new OpenStreams(env, live);
  env.metrics.gauge('event_streams_open', 'Event streams that are open', () => [{ value: streams.count }]);
  const stopping = signalOfClosing(app, streams);
  const routes = hasDocs ? [...options.routes, docsRoute(() => app.swagger())] : options.routes;
  const contextOf = (request: FastifyRequest): Context => ({
    ...env,
    principal: request.principal ?? ANONYMOUS,
    source: 'api',
    requestId: request.id,
    // A child of ours, with the ids of the request.
    log: request.log as Log,
    ...(request.span !== null && { span: request.span }),
  });

  demandRoles(app);
  acceptJson(app);
  await acceptUploads(app);
  await app.register(helmet, {
    // Whoever ends TLS in front of us decides for other hosts of the domain.
    strictTransportSecurity: { includeSubDomains: false },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  });
  traceRequests(app, env, routeOf);
  timeRequests(app, env);
  recordRefusals(app, contextOf);
  guard(app, env, routes, stopping);
  if (hasDocs) await documentRoutes(app);
  for (const route of routes) registerRoute(app, route, { contextOf, stopping, live, streams });
  await app.ready();
  return {
    listen: async (at) => await app.listen(at),
    inject: async (request) => await app.inject(request),
    async close() {
      await app.close();
    },
  };
}

function newFastify(env: Environment, timeouts: Timeouts): FastifyInstance {
  const log: FastifyBaseLogger = env.log.child({ part: 'http' });
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    bodyLimit: MAX_JSON_BYTES,
    trustProxy: env.settings.trustedProxies.length === 0 ? false : [...env.settings.trustedProxies],
    requestTimeout: timeouts.requestMs,
    connectionTimeout: timeouts.idleSocketMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    // The guard says what is missing, and with a problem body.
    http: { requireHostHeader: false, connectionsCheckingInterval: timeouts.checkEveryMs },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    allowErrorHandlerOverride: false,
    routerOptions: { maxParamLength: 512 },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, error),
  });
  app.server.headersTimeout = timeouts.headersMs;
  // An expectation we do not know may be ignored; Node would answer without a problem.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  // Input is read by `readInput`, which lists everything that is wrong at once.
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(serializerCompiler);
  app.setNotFoundHandler(() => {
    throw new AppError('not_found:api', 'There is no such route');
  });
  app.decorateRequest('principal', null);
  return app;
}

/** By route, not by path: what people name is not for metrics, and there is too much of it. */
function timeRequests(app: FastifyInstance, env: Environment): void {
  const open = new Map<FastifyRequest, string>();
  app.addHook('onRequest', async (request, reply) => {
    open.set(request, routeOf(request));
    reply.raw.once('close', () => open.delete(request));
  });
  app.addHook('onResponse', async (request, reply) => {
    const attributes = {
      method: request.method,
      route: routeOf(request),
      status: String(reply.statusCode),
    };
    env.metrics.requestSeconds.record(reply.elapsedTime / 1000, attributes);
  });
  env.metrics.gauge('http_requests_open', 'Requests that are not answered yet', () =>
    Object.entries(Object.groupBy(open.values(), (route) => route)).map(([route, requests]) => ({
      value: requests?.length ?? 0,
      attributes: { route },
    })),
  );
}

function routeOf(request: FastifyRequest): string {
  return request.is404 ? 'none' : (request.routeOptions.config.path ?? request.routeOptions.url ?? 'none');
}

/** Every attempt to change something that is refused is on record before it is answered. */
function recordRefusals(app: FastifyInstance, contextOf: (request: FastifyRequest) => Context): void {
  const refusals = new RefusalLog();
  app.addHook('onClose', async () => await refusals.close());
  app.setErrorHandler(async (thrown, request, reply) => {
    const error = toAppError(thrown);
    if (isChange(request) && error.status < 500 && error.kind !== 'rate_limit') {
      const path = request.url.split('?', 1)[0] ?? request.url;
      const route = request.is404 ? null : (request.routeOptions.config.path ?? null);
      await refusals.record({ ctx: contextOf(request), method: request.method, route, path, error });
    }
    return sendProblem(request, reply, error);
  });
}

function isChange(request: FastifyRequest): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS';
}

/** No route without a role: not ours, and not one that a plugin brings. */
function demandRoles(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.url === DOCS_PATH || route.url.startsWith(`${DOCS_PATH}/`)) {
      route.config = { ...route.config, role: 'open' };
    }
    if (!isRouteRole(route.config?.role)) {
      throw new Error(`The route ${String(route.method)} ${route.url} does not say who may call it`);
    }
  });
}

function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  const isGood = typeof given === 'string' && REQUEST_ID.test(given) && maskQuoted(given) === given;
  return isGood ? given : newId('request');
}

/** Streams end first. A connection that was busy when closing began would else hold the server until its time-out. */
function signalOfClosing(app: FastifyInstance, streams: OpenStreams): AbortSignal {
  const closing = new AbortController();
  const unused = unusedConnections(app);
  app.addHook('preClose', async () => {
    closing.abort();
    streams.endAll();
    const closedAt = performance.now();
    const timer = setInterval(() => {
      app.server.closeIdleConnections();
      if (performance.now() - closedAt > FIRST_REQUEST_MS) for (const socket of unused) socket.destroy();
    }, 100).unref();
    app.server.once('close', () => clearInterval(timer));
  });
  return closing.signal;
}

/** Those on which no request has come yet: Node counts them as busy. */
function unusedConnections(app: FastifyInstance): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  return unused;
}

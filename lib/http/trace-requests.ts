/** A span for each request, within the trace of the caller where it names one. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Environment } from '../kernel/context.ts';
import { markFailed, type Span, traceFields } from '../kernel/tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    span: Span | null;
  }
}

/** `routeOf` names the route: paths hold what people named, and there is too much of it. */
export function traceRequests(
  app: FastifyInstance,
  env: Environment,
  routeOf: (request: FastifyRequest) => string,
): void {
  app.decorateRequest('span', null);
  app.addHook('onRequest', async (request, reply) => {
    const { method } = request;
    const route = routeOf(request);
    const { traceparent } = request.headers;
    const span = env.tracing.begin(`${method} ${route}`, {
      kind: 'server',
      parent: typeof traceparent === 'string' ? traceparent : null,
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'skillconvoy.request.id': request.id,
      },
    });
    const { traceId } = traceFields(span);
    if (traceId === undefined) return;
    request.span = span;
    request.log = request.log.child({ traceId });
    reply.log = request.log;
    if (!span.isRecording()) return;
    // Not every answer ends: a client may go away, and a stream has no end of its own.
    reply.raw.once('close', () => {
      const { statusCode, headersSent } = reply.raw;
      if (headersSent) span.setAttribute('http.response.status_code', statusCode);
      if (statusCode >= 500) markFailed(span, String(statusCode));
      span.end();
    });
  });
}

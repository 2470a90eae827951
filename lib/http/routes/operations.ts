/** Health, readiness, and what kinds of problems there are. */
import { z } from 'zod';
import { AppError, type Kind, STATUS_OF_KIND } from '../../kernel/errors.ts';
import { isKind } from '../problems.ts';
import { defineRoute, type Route } from '../route.ts';

/** What the process knows about itself. */
export interface Readiness {
  /** Rejects, or throws, while requests cannot be served. */
  check(): Promise<void>;
}

const Status = z.object({ status: z.string() });

export function operationRoutes(readiness: Readiness): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      role: 'open',
      tag: 'operations',
      summary: 'Is the process alive?',
      responses: { 200: Status },
      handle: async () => ({ status: 200, body: { status: 'ok' } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      role: 'open',
      tag: 'operations',
      summary: 'Can requests be served?',
      responses: { 200: Status },
      async handle() {
        await readiness.check();
        return { status: 200, body: { status: 'ready' } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/metrics',
      role: 'viewer',
      tag: 'operations',
      summary: 'What Prometheus reads',
      responses: { 200: { contentType: 'text/plain', description: 'the text format of Prometheus' } },
      handle: async ({ ctx }) => ({
        status: 200,
        body: Buffer.from(await ctx.metrics.expose()),
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/problems/{kind}',
      role: 'open',
      tag: 'operations',
      summary: 'What a kind of problem means',
      params: z.object({ kind: z.string() }),
      responses: { 200: z.object({ kind: z.string(), status: z.number().int(), meaning: z.string() }) },
      async handle({ params }) {
        if (!isKind(params.kind)) throw new AppError('not_found:api', 'There is no such kind of problem');
        const status = STATUS_OF_KIND[params.kind];
        return { status: 200, body: { kind: params.kind, status, meaning: MEANINGS[params.kind] } };
      },
    }),
  ];
}

const MEANINGS: Readonly<Record<Kind, string>> = {
  bad_request: 'The request is not valid; issues lists everything that is wrong with it.',
  unauthorized: 'No valid API key was sent.',
  forbidden: 'The role of the key is too small.',
  not_found: 'What was named does not exist.',
  method_not_allowed: 'The route has other methods; see Allow.',
  conflict: 'The state of things does not allow this now.',
  precondition_failed: 'The resource changed since it was read.',
  payload_too_large: 'The body or the headers are too large.',
  unsupported_media_type: 'The route does not take this content type.',
  unprocessable: 'The request is well formed, but cannot be carried out as it is.',
  rate_limit: 'Too many requests; see Retry-After.',
  internal: 'Something unexpected happened on our side.',
  bad_gateway: 'Another system that was needed failed.',
  offline: 'A part of the service is not available; see Retry-After.',
  timeout: 'It took too long.',
};

/** Puts a route, which is data, into the web framework: limits, documents, handler. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../kernel/context.ts';
import { FORM_TYPE } from './json-body.ts';
import { ARCHIVE_TYPES, readUpload } from './multipart.ts';
import { KEY_SCHEME } from './openapi.ts';
import { PROBLEM_TYPE, Problem } from './problems.ts';
import { readInput } from './read-input.ts';
import type { Following } from '../runs/follow/following.ts';
import type { LiveEvents } from '../runs/follow/live-events.ts';
import { type OpenStreams, STREAM_HEADERS } from './open-streams.ts';
import type { JsonOrEvents, OtherContent, Route, RouteAnswer } from './route.ts';

export interface Surroundings {
  contextOf(request: FastifyRequest): Context;
  /** Aborts when the server begins to close. */
  readonly stopping: AbortSignal;
  readonly live: LiveEvents;
  readonly streams: OpenStreams;
}

export function registerRoute(app: FastifyInstance, route: Route, surroundings: Surroundings): void {
  app.route({
    method: route.method,
    url: route.path.replace(/\{\w+\.\.\.\}$/, '*').replace(/\{(\w+)\}/g, ':$1'),
    config: {
      role: route.role,
      takesUploads: route.uploadLimit !== undefined,
      isSigned: route.isSigned ?? false,
      path: route.path,
    },
    ...(route.uploadLimit !== undefined && { bodyLimit: route.uploadLimit }),
    schema: documented(route),
    async handler(request, reply) {
      const isUpload = request.isMultipart() || Buffer.isBuffer(request.body);
      const input = readInput(route, {
        params: namedParams(route, request.params),
        query: request.query,
        body: route.isSigned ? undefined : request.body,
        isUpload,
      });
      const answer = await route.handle({
        ctx: surroundings.contextOf(request),
        ...input,
        headers: oneOfEach(request.headers),
        signedBody: route.isSigned && typeof request.body === 'string' ? request.body : '',
        url: request.url,
        get signal() {
          return whileWanted(reply, surroundings.stopping);
        },
        live: surroundings.live,
        upload: async () => (isUpload ? await readUpload(request, route.uploadLimit ?? 0) : null),
      });
      const { follow } = answer;
      return follow === undefined
        ? send(reply, answer)
        : stream(request, reply, follow, surroundings.streams);
    },
  });
}

function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  following: Following,
  streams: OpenStreams,
): FastifyReply {
  const { principal } = request;
  if (principal === null) throw new Error('An event stream belongs to somebody');
  streams.admit(principal);
  if (request.method === 'HEAD') return reply.code(200).headers(STREAM_HEADERS).send();
  void reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
  streams.open(reply.raw, principal, following);
  return reply;
}

function send(reply: FastifyReply, answer: RouteAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

/** The framework calls the rest of a path `*`. */
function namedParams(route: Route, params: unknown): unknown {
  const rest = /\{(\w+)\.\.\.\}$/.exec(route.path)?.[1];
  if (rest === undefined) return params;
  const { '*': value, ...others } = params as Record<string, string>;
  return { ...others, [rest]: value };
}

function whileWanted(reply: FastifyReply, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([stopping, gone.signal]);
}

/** For the OpenAPI document and for writing answers; input is read by `readInput`. */
function documented(route: Route) {
  return {
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [route.tag],
    operationId: operationId(route),
    // OpenAPI 3.1 lists the roles that a requirement means.
    security: route.role === 'open' ? [] : [{ [KEY_SCHEME]: [route.role] }],
    ...(route.params && { params: route.params }),
    ...(route.query && { querystring: route.query }),
    ...(route.isSigned && { body: SIGNED_BODY }),
    ...(route.body && { body: route.uploadLimit === undefined ? route.body : uploadBody(route.body) }),
    response: { ...problems(route), ...answers(route) },
  };
}

const Bytes = z.any().meta({ type: 'string', format: 'binary' });
const UploadForm = z.object({
  archive: Bytes.optional().meta({ description: 'a zip or tar.gz' }),
  files: z
    .array(Bytes)
    .optional()
    .meta({ description: 'instead of an archive: parts whose file name is the path in the skill' }),
  metadata: z.string().optional().meta({ description: 'the other fields, as JSON' }),
});

const SIGNED_BODY = {
  content: {
    'application/json': { schema: z.looseObject({}) },
    [FORM_TYPE]: { schema: z.looseObject({}) },
  },
};

function uploadBody(json: z.ZodType) {
  return {
    content: {
      'application/json': { schema: json },
      'multipart/form-data': { schema: UploadForm },
      ...Object.fromEntries(ARCHIVE_TYPES.map((type) => [type, { schema: Bytes }])),
    },
  };
}

function answers(route: Route): Record<number, unknown> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, shape]) => [Number(status), answer(shape)]),
  );
}

function answer(shape: z.ZodType | OtherContent | JsonOrEvents | null): unknown {
  if (shape === null) return z.undefined().meta({ description: 'no body' });
  if ('json' in shape) {
    const content = {
      'application/json': { schema: shape.json },
      'text/event-stream': { schema: z.string().meta({ description: shape.events }) },
    };
    return { description: 'a list, or a stream of events', content };
  }
  if ('contentType' in shape) {
    const types = [shape.contentType].flat();
    const content = Object.fromEntries(types.map((type) => [type, { schema: Bytes }]));
    return { description: shape.description, content };
  }
  return shape;
}

/** What any route of its kind may answer when it refuses. */
function problems(route: Route): Record<number, unknown> {
  const isChange = route.method !== 'GET';
  const statuses = [
    400,
    ...(route.role === 'open' ? [] : [401, 403]),
    ...(route.isSigned ? [401] : []),
    ...(route.params || isChange ? [404] : []),
    ...(isChange ? [409, 413, 415, 422] : []),
    ...(route.method === 'PATCH' ? [412] : []),
    // Sources of uploads may be fetched from elsewhere.
    ...(route.uploadLimit === undefined ? [] : [502, 504]),
    ...(route.problems ?? []),
    500,
    503,
  ];
  const described = { description: 'a problem', content: { [PROBLEM_TYPE]: { schema: Problem } } };
  return Object.fromEntries(statuses.map((status) => [status, described]));
}

function operationId(route: Route): string {
  const words = route.path.split(/[^A-Za-z]+/).filter((word) => word !== '' && word !== 'api');
  return [
    route.method.toLowerCase(),
    ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join('');
}

function oneOfEach(headers: FastifyRequest['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** Puts a route, which is data, into the web framework: schemas, limits, documents, handler. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../kernel/context.ts';
import { ARCHIVE_TYPES, readUpload } from './multipart.ts';
import { Problem, PROBLEM_TYPE } from './problems.ts';
import type { Route, RouteAnswer } from './route.ts';

const Binary = z.any().meta({ type: 'string', format: 'binary' });
const UploadForm = z.any().meta({
  description:
    'one `archive` (zip or tar.gz), or `files` whose file name is the path in the skill; a JSON part `metadata`',
});

export function registerRoute(
  app: FastifyInstance,
  route: Route,
  contextOf: (request: FastifyRequest) => Context,
): void {
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    config: { role: route.role },
    ...(route.uploadLimit !== undefined && { bodyLimit: route.uploadLimit }),
    schema: {
      summary: route.summary,
      ...(route.description !== undefined && { description: route.description }),
      tags: [route.tag],
      operationId: operationId(route),
      ...(route.role === 'open' && { security: [] }),
      ...(route.params && { params: route.params }),
      querystring: route.query ?? z.strictObject({}),
      ...(route.body && { body: bodySchema(route, route.body) }),
      response: { ...answers(route), ...problems(route) },
    },
    async handler(request, reply) {
      const answer = await route.handle({
        ctx: contextOf(request),
        params: request.params,
        query: request.query,
        body: request.body,
        headers: oneOfEach(request.headers),
        url: request.url,
        upload: async () =>
          route.uploadLimit === undefined ? null : await readUpload(request, route.uploadLimit),
      });
      return await send(reply, answer);
    },
  });
}

async function send(reply: FastifyReply, answer: RouteAnswer): Promise<FastifyReply> {
  return await reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

function bodySchema(route: Route, body: z.ZodType): unknown {
  if (route.uploadLimit === undefined) return body;
  return {
    content: {
      'application/json': { schema: body },
      'multipart/form-data': { schema: UploadForm },
      ...Object.fromEntries(ARCHIVE_TYPES.map((type) => [type, { schema: Binary }])),
    },
  };
}

function answers(route: Route): Record<number, unknown> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, shape]) => [
      Number(status),
      shape ?? z.undefined().meta({ description: 'no body' }),
    ]),
  );
}

/** What any route of its kind may answer when it refuses. */
function problems(route: Route): Record<number, unknown> {
  const hasBody = route.body !== undefined;
  const statuses = [
    400,
    ...(route.role === 'open' ? [] : [401, 403]),
    ...(route.params ? [404] : []),
    ...(hasBody ? [404, 409, 412, 413, 415, 422] : []),
    ...(route.method === 'DELETE' || route.path.endsWith('/cancel') || route.path.endsWith('/verify')
      ? [409]
      : []),
    500,
    503,
  ];
  const described = { description: 'a problem', content: { [PROBLEM_TYPE]: { schema: Problem } } };
  return Object.fromEntries([...new Set(statuses)].map((status) => [status, described]));
}

function operationId(route: Route): string {
  const words = route.path.split(/[/{}.-]+/).filter((word) => word !== '' && word !== 'api');
  return [route.method.toLowerCase(), ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join(
    '',
  );
}

function oneOfEach(headers: FastifyRequest['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** The methods that this path has; empty when there is no such path. */
export function allowedMethods(routes: readonly Route[], url: string): string[] {
  const path = url.split('?', 1)[0] ?? url;
  const methods = routes.filter((route) => matchesPath(route.path, path)).map((route) => route.method);
  return [...new Set<string>(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

function matchesPath(template: string, path: string): boolean {
  const pattern = template
    .split(/\{\w+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}

/** The document is valid, complete, and keeps no shape that nothing refers to. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../test/support/http-server.ts';
import { testContext } from '../../test/support/context.ts';
import { defineRoute, documentedPath, type Route } from './route.ts';
import { routesFor } from './routes/index.ts';
import { createServer } from './server.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly unknown[];
  readonly requestBody?: { readonly content: Record<string, unknown> };
  readonly responses: Record<string, { content?: Record<string, unknown> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

const allRoutes = routesFor('all', { check: () => Promise.resolve() });

describe('the OpenAPI document', () => {
  let server: TestServer;
  let document: Document;
  before(async () => {
    const isThere = new Set(
      routesFor('worker', { check: () => Promise.resolve() }).map((route) => route.path),
    );
    const routes = allRoutes.filter(({ path }) => !isThere.has(path) && !/^\/api\/(keys|me)/.test(path));
    server = await startTestServer({ routes });
    document = (await server.http.inject('/api/openapi.json')).json<Document>();
  });
  after(() => server.close());

  it('is valid 3.1', async () => {
    assert.equal(document.openapi, '3.1.0');
    const { valid, errors } = await new Validator().validate({ ...document });
    assert.ok(valid, JSON.stringify(errors));
  });

  it('has every route, and only them', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routed = [
      ...allRoutes.map(({ method, path }) => `${method} ${documentedPath(path)}`),
      'GET /api/openapi.json',
    ];
    assert.deepEqual(documented.toSorted(), routed.toSorted());
  });

  it('says for every route what it is, who may call it, and how it refuses', () => {
    const ids = new Set<string>();
    for (const route of allRoutes) {
      const operation = document.paths[documentedPath(route.path)]?.[route.method.toLowerCase()];
      assert.ok(operation?.summary, route.path);
      ids.add(operation.operationId);
      assert.equal(operation.security?.length === 0, route.role === 'open', route.path);
      const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
      const expected = route.role === 'open' ? ['400', '500', '503'] : ['400', '401', '403', '500', '503'];
      for (const status of expected) assert.ok(operation.responses[status], `${route.path} ${status}`);
      for (const [status, refusal] of refusals) {
        assert.deepEqual(
          Object.keys(refusal.content ?? {}),
          ['application/problem+json'],
          `${route.path} ${status}`,
        );
      }
    }
    assert.equal(ids.size, allRoutes.length, 'operation ids are unique');
  });

  it('shows uploads beside JSON', () => {
    const body = document.paths['/api/skills']?.['post']?.requestBody;
    assert.deepEqual(Object.keys(body?.content ?? {}).slice(0, 3), [
      'application/json',
      'multipart/form-data',
      'application/zip',
    ]);
  });

  it('keeps no shape that nothing refers to', () => {
    const text = JSON.stringify(document);
    for (const name of Object.keys(document.components.schemas)) {
      assert.ok(text.includes(`"#/components/schemas/${name}"`), name);
    }
    assert.ok('Problem' in document.components.schemas);
  });

  it('is not sent again to those who have it', async () => {
    const { headers } = await server.http.inject('/api/openapi.json');
    const again = await server.http.inject({
      url: '/api/openapi.json',
      headers: { 'if-none-match': String(headers['etag']) },
    });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
  });

  it('can be read as a page that loads nothing from elsewhere', async () => {
    const page = await server.http.inject('/docs');
    assert.equal(page.statusCode, 200);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'self'/);
    assert.ok(!/https?:|upgrade-insecure-requests|unsafe-eval/.test(policy), policy);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    assert.ok(sources.length > 3);
    for (const source of sources) {
      assert.ok(source.startsWith('/docs/'), source);
      assert.equal((await server.http.inject(source)).statusCode, 200, source);
    }
  });
});

describe('the start', () => {
  it('stops at a route that does not say who may call it', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/api/forgotten',
      role: 'viewer',
      tag: 'test',
      summary: 'Nobody said who',
      responses: { 200: z.object({}) },
      handle: async () => ({ status: 200, body: {} }),
    });
    const env = testContext({ engine: 'pglite', notify() {}, listen: () => () => {} });
    for (const role of [undefined, 'everybody']) {
      const forgotten = { ...route, role } as unknown as Route;
      await assert.rejects(
        createServer({ env, routes: [forgotten] }),
        /\/api\/forgotten does not say who may call it/,
      );
    }
    await (await createServer({ env, routes: [route] })).close();
  });

  it('gives a worker nothing but its health', async () => {
    const env = testContext(
      { engine: 'pglite', notify() {}, listen: () => () => {} },
      { settings: { role: 'worker' } },
    );
    const worker = await createServer({
      env,
      routes: routesFor('worker', { check: () => Promise.resolve() }),
    });
    for (const [path, status] of [
      ['/healthz', 200],
      ['/readyz', 200],
      ['/docs', 404],
      ['/api/openapi.json', 401],
      ['/api/me', 401],
    ] as const) {
      assert.equal((await worker.inject(path)).statusCode, status, path);
    }
    await worker.close();
  });
});

/** What the server refuses, in which order, and that every refusal is one problem document. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { refused as refusedBy, startTestServer, type TestServer } from '../../test/support/http-server.ts';
import { AppError } from '../kernel/errors.ts';
import { defineRoute, type Route } from './route.ts';
import type { InjectedRequest } from './server.ts';

const SECRET = 'select 1 from secrets /root/private';

const Thing = z.object({ name: z.string() });
const ThingParams = z.object({ id: z.string().max(20) });
const NewThing = z.strictObject({ name: z.string().min(2), size: z.number().optional() });
const routes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/api/things/{id}',
    role: 'operator',
    tag: 'test',
    summary: 'Takes JSON',
    params: ThingParams,
    query: z.strictObject({ limit: z.coerce.number().max(10).optional() }),
    body: NewThing,
    responses: { 200: Thing },
    async handle({ params, body }) {
      if (params.id === 'gone') throw new AppError('not_found:skill', 'There is no such thing');
      if (params.id === 'taken') throw new AppError('conflict:skill', 'It is there already');
      if (params.id === 'wrong') throw new AppError('unprocessable:install_run', 'It cannot be done');
      if (params.id === 'bug') throw new Error(SECRET);
      if (params.id === 'down') throw Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' });
      return { status: 200, body: { name: params.id === 'lie' ? (1 as unknown as string) : body.name } };
    },
  }),
];

let server: TestServer;

type Request = InjectedRequest & { url: string };

const refused = (request: Request, status: number, code: string) => refusedBy(server, request, status, code);

const good = { name: 'a good one' };
const post = (more: Partial<Request> = {}): Request => ({
  method: 'POST',
  url: '/api/things/one',
  headers: server.as('operator'),
  payload: good,
  ...more,
});

describe('the server', () => {
  before(async () => {
    server = await startTestServer({ routes });
  });
  after(() => server.close());

  describe('a good request', () => {
    it('is answered', async () => {
      const answer = await server.http.inject(post());
      assert.deepEqual([answer.statusCode, answer.json()], [200, good]);
    });
  });

  describe('401', () => {
    it('asks for a key, with the challenge', async () => {
      const { headers } = await refused(post({ headers: {} }), 401, 'unauthorized:auth');
      assert.equal(headers['www-authenticate'], 'Bearer');
    });

    for (const authorization of [
      'Bearer nonsense',
      'Bearer ',
      'Basic YTpi',
      'skc_x',
      `Bearer skc_${'a'.repeat(30)}_000000`,
    ]) {
      it(`says that "${authorization}" is not valid`, async () => {
        const { headers } = await refused(post({ headers: { authorization } }), 401, 'unauthorized:auth');
        assert.equal(headers['www-authenticate'], 'Bearer error="invalid_token"');
      });
    }

    it('comes before an unknown route, a wrong method, a large, a wrong and a broken body', async () => {
      const headers = {};
      await refused({ method: 'GET', url: '/api/nothing', headers }, 401, 'unauthorized:auth');
      await refused(
        { method: 'PATCH', url: '/api/things/one', headers, payload: good },
        401,
        'unauthorized:auth',
      );
      await refused(post({ headers, payload: 'x'.repeat(2_000_000) }), 401, 'unauthorized:auth');
      await refused(
        post({ headers: { 'content-type': 'text/plain' }, payload: 'x' }),
        401,
        'unauthorized:auth',
      );
      await refused(
        post({ headers: { 'content-type': 'application/json' }, payload: '{' }),
        401,
        'unauthorized:auth',
      );
    });

    it('is not asked of what is open', async () => {
      for (const url of ['/healthz', '/readyz', '/api/openapi.json', '/docs', '/problems/conflict']) {
        for (const method of ['GET', 'HEAD'] as const) {
          assert.equal((await server.http.inject({ method, url })).statusCode, 200, `${method} ${url}`);
        }
      }
    });
  });

  describe('403', () => {
    it('names the role that is missing', async () => {
      const { problem } = await refused(post({ headers: server.as('viewer') }), 403, 'forbidden:auth');
      assert.match(problem.detail, /operator.*viewer/);
    });

    it('comes before a large, a wrong and a broken body, and before what does not exist', async () => {
      const headers = server.as('auditor');
      await refused(post({ headers, payload: { name: 'x'.repeat(2_000_000) } }), 403, 'forbidden:auth');
      await refused(
        post({ headers: { ...headers, 'content-type': 'text/plain' }, payload: 'x' }),
        403,
        'forbidden:auth',
      );
      await refused(post({ headers, payload: { no: 1 } }), 403, 'forbidden:auth');
      await refused(post({ headers, url: '/api/things/gone' }), 403, 'forbidden:auth');
    });
  });

  describe('404 and 405 of a route', () => {
    it('says that there is no such route, before looking at the body', async () => {
      const headers = { ...server.as('viewer'), 'content-type': 'text/plain' };
      await refused({ method: 'POST', url: '/api/nothing', headers, payload: '{' }, 404, 'not_found:api');
      await refused({ method: 'GET', url: '/API/keys', headers }, 404, 'not_found:api');
      await refused({ method: 'GET', url: '/api/keys/', headers }, 404, 'not_found:api');
    });

    it('needs no key outside /api', async () => {
      await refused({ method: 'GET', url: '/nothing' }, 404, 'not_found:api');
      await refused({ method: 'GET', url: '/docs/nothing' }, 404, 'not_found:api');
      await refused({ method: 'POST', url: '/healthz' }, 405, 'method_not_allowed:api');
    });

    it('lists the methods of the path', async () => {
      const headers = server.as('viewer');
      for (const [method, url, allow] of [
        ['PATCH', '/api/keys', 'GET, HEAD, POST'],
        ['OPTIONS', '/api/keys?x=1', 'GET, HEAD, POST'],
        ['GET', '/api/things/one', 'POST'],
        ['DELETE', '/api/openapi.json', 'GET, HEAD'],
      ] as const) {
        const { headers: answered } = await refused({ method, url, headers }, 405, 'method_not_allowed:api');
        assert.equal(answered['allow'], allow);
      }
    });

    it('does not crash on HEAD', async () => {
      const answer = await server.http.inject({
        method: 'HEAD',
        url: '/api/things/one',
        headers: server.as('viewer'),
      });
      assert.equal(answer.statusCode, 405);
    });
  });

  describe('404, 409 and 422 of a resource', () => {
    it('are said by the verb', async () => {
      await refused(post({ url: '/api/things/gone' }), 404, 'not_found:skill');
      await refused(post({ url: '/api/things/taken' }), 409, 'conflict:skill');
      await refused(post({ url: '/api/things/wrong' }), 422, 'unprocessable:install_run');
    });
  });

  describe('500', () => {
    it('shows nothing of an unexpected error, nor of an answer against its own shape', async () => {
      const { problem } = await refused(post({ url: '/api/things/bug' }), 500, 'internal:api');
      assert.ok(!JSON.stringify(problem).includes(SECRET));
      await refused(post({ url: '/api/things/lie' }), 500, 'internal:api');
    });
  });

  describe('503', () => {
    it('asks to come back when the database is away', async () => {
      const { headers } = await refused(post({ url: '/api/things/down' }), 503, 'offline:database');
      assert.equal(headers['retry-after'], '2');
    });
  });

  describe('the request id', () => {
    it('is the one that was sent when it is well-formed', async () => {
      for (const [sent, isKept] of [
        ['abc-1.2_3', true],
        ['x'.repeat(128), true],
        ['x'.repeat(129), false],
        ['a b', false],
        ['', false],
      ] as const) {
        for (const url of ['/healthz', '/api/%zz', '/api/nothing', '/docs']) {
          const answer = await server.http.inject({ url, headers: { 'x-request-id': sent } });
          assert.equal(answer.headers['x-request-id'] === sent, isKept, `${sent} at ${url}`);
          assert.match(String(answer.headers['x-request-id']), /^[A-Za-z0-9._-]{1,128}$/);
        }
      }
    });
  });
});

/** Bodies the server does not take: too large, of another type, not JSON, or not of the route's shape. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { refused as refusedBy, startTestServer, type TestServer } from '../../test/support/http-server.ts';
import { AppError } from '../kernel/errors.ts';
import { defineRoute, type Route } from './route.ts';
import type { InjectedRequest } from './server.ts';

const UPLOAD_LIMIT = 5000;

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
      return { status: 200, body: { name: body.name } };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/api/uploads',
    role: 'operator',
    tag: 'test',
    summary: 'Takes uploads',
    body: NewThing,
    uploadLimit: UPLOAD_LIMIT,
    responses: { 200: z.object({ isUpload: z.boolean() }) },
    handle: async ({ upload }) => ({ status: 200, body: { isUpload: (await upload()) !== null } }),
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

  describe('413', () => {
    it('refuses JSON over 1 MB before its type and content', async () => {
      const payload = JSON.stringify({ name: 'x'.repeat(1024 * 1024) });
      const headers = { ...server.as('operator'), 'content-type': 'text/plain' };
      await refused(post({ headers, payload }), 413, 'payload_too_large:api');
      await refused(post({ payload: payload.slice(0, -2) }), 413, 'payload_too_large:api');
    });

    it('has a limit of its own where uploads are taken', async () => {
      const headers = { ...server.as('operator'), 'content-type': 'application/zip' };
      const upload = (size: number): Request => ({
        method: 'POST',
        url: '/api/uploads',
        headers,
        payload: Buffer.alloc(size),
      });
      await refused(upload(UPLOAD_LIMIT + 1), 413, 'payload_too_large:api');
      assert.equal((await server.http.inject(upload(UPLOAD_LIMIT))).statusCode, 200);
    });
  });

  describe('415', () => {
    it('refuses other content types, none at all, and encoded bodies', async () => {
      const as = server.as('operator');
      for (const type of [
        'text/plain',
        'application/zip',
        'multipart/form-data; boundary=x',
        'application/jsonp',
        'application/xml',
      ]) {
        await refused(
          post({ headers: { ...as, 'content-type': type }, payload: '{' }),
          415,
          'unsupported_media_type:api',
        );
      }
      await refused(post({ headers: as, payload: Buffer.from('{}') }), 415, 'unsupported_media_type:api');
      const gzip = { ...as, 'content-type': 'application/json', 'content-encoding': 'gzip' };
      await refused(post({ headers: gzip, payload: '{}' }), 415, 'unsupported_media_type:api');
    });

    it('takes JSON with a charset', async () => {
      const headers = { ...server.as('operator'), 'content-type': 'Application/JSON; charset=utf-8' };
      assert.equal(
        (await server.http.inject(post({ headers, payload: JSON.stringify(good) }))).statusCode,
        200,
      );
    });
  });

  describe('400', () => {
    const json = (payload: string, more: Partial<Request> = {}) =>
      post({ headers: { ...server.as('operator'), 'content-type': 'application/json' }, payload, ...more });

    it('refuses what is not JSON', async () => {
      for (const payload of ['{', '{"name":1,}', 'nope', '{"a":1}{"b":2}', '{"name":"a\nb"}']) {
        await refused(json(payload), 400, 'bad_request:api');
      }
    });

    it('lists everything that is wrong, in query and body, as JSON pointers', async () => {
      const request = json('{"name":"x","size":"big","a/b~":1,"c":2}', {
        url: '/api/things/one?limit=11&nope=1',
      });
      const { problem } = await refused(request, 400, 'bad_request:api');
      assert.deepEqual(problem.issues?.map(({ path }) => path).toSorted(), [
        '/a~1b~0',
        '/c',
        '/limit',
        '/name',
        '/nope',
        '/size',
      ]);
      assert.equal(problem.detail, '6 fields are not valid');
      assert.ok(problem.issues?.every(({ message }) => message !== ''));
    });

    it('points at the whole body when it is missing or of another kind', async () => {
      for (const payload of ['', '[]', '"name"', 'null', '1']) {
        const { problem } = await refused(json(payload), 400, 'bad_request:api');
        assert.deepEqual(
          problem.issues?.map(({ path }) => path),
          [''],
        );
      }
    });

    it('refuses bodies and queries of routes that take none', async () => {
      const headers = server.as('admin');
      const keys = await refused(
        { method: 'GET', url: '/api/me?verbose=1', headers },
        400,
        'bad_request:api',
      );
      assert.deepEqual(keys.problem.issues, [{ path: '/verbose', message: 'unknown field' }]);
      await refused(
        { method: 'DELETE', url: '/api/keys/key_x', headers, payload: { force: true } },
        400,
        'bad_request:api',
      );
    });

    it('refuses 65 levels and takes 64', async () => {
      const nested = (depth: number) => `{"name":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
      assert.match((await refused(json(nested(65)), 400, 'bad_request:api')).problem.detail, /64 levels/);
      assert.match((await refused(json(nested(64)), 400, 'bad_request:api')).problem.detail, /not valid/);
    });

    it('refuses what would change a prototype or cannot be stored', async () => {
      for (const [payload, path] of [
        ['{"name":"ok","__proto__":{"a":1}}', '/__proto__'],
        ['{"name":"ok","\\u005f_proto__":1}', '/__proto__'],
        ['{"name":"ok","constructor":{"prototype":{}}}', '/constructor'],
        ['{"name":"a\\u0000b"}', '/name'],
        ['{"name":"half \\ud800"}', '/name'],
      ] as const) {
        const { problem } = await refused(json(payload), 400, 'bad_request:api');
        assert.deepEqual(
          problem.issues?.map((issue) => issue.path),
          [path],
          payload,
        );
      }
      await refused(post({ url: '/api/things/a%00b' }), 400, 'bad_request:api');
    });

    it('refuses paths that are no paths', async () => {
      await refused({ method: 'GET', url: '/api/%zz', headers: server.as('admin') }, 400, 'bad_request:api');
    });

    it('comes before what does not exist', async () => {
      await refused(json('{"name":1}', { url: '/api/things/gone' }), 400, 'bad_request:api');
    });
  });
});

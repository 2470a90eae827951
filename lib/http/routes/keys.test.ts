/** The life of a key, seen from outside. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refused, startTestServer, type TestServer } from '../../../test/support/http-server.ts';
import { until } from '../../../test/support/until.ts';

const CHOSEN = 'chosen-by-somebody-with-32-chars-or-more';

describe('/api/keys', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ settings: { adminApiKey: CHOSEN } });
  });
  after(() => server.close());

  const make = (payload: object) =>
    server.http.inject({ method: 'POST', url: '/api/keys', headers: server.as('admin'), payload });

  it('makes a key that works at once, is shown once, and stops working when revoked', async () => {
    const made = await make({ name: 'robot', role: 'operator' });
    assert.equal(made.statusCode, 201);
    assert.equal(made.headers['cache-control'], 'no-store');
    const { id, key, ...shown } = made.json<{ id: string; key: string }>();
    assert.deepEqual(shown, { name: 'robot', role: 'operator', expiresAt: null });
    const headers = { authorization: `bearer ${key}` };
    const me = await server.http.inject({ url: '/api/me', headers });
    assert.deepEqual(me.json(), { type: 'api_key', id, name: 'robot', role: 'operator' });

    const list = await server.http.inject({ url: '/api/keys?limit=1', headers: server.as('admin') });
    assert.ok(!list.body.includes(key));
    const page = list.json<{ items: Record<string, unknown>[]; nextCursor: string }>();
    assert.deepEqual(Object.keys(page.items[0] ?? {}), [
      'id',
      'name',
      'role',
      'hint',
      'createdAt',
      'lastUsedAt',
      'expiresAt',
      'revokedAt',
    ]);
    assert.deepEqual([page.items[0]?.['id'], typeof page.items[0]?.['lastUsedAt']], [id, 'string']);
    assert.equal(list.headers['link'], `</api/keys?limit=1&cursor=${page.nextCursor}>; rel="next"`);

    const revoke = () =>
      server.http.inject({ method: 'DELETE', url: `/api/keys/${id}`, headers: server.as('admin') });
    assert.deepEqual([(await revoke()).statusCode, (await revoke()).body], [204, '']);
    await until(
      'the key is refused',
      async () => (await server.http.inject({ url: '/api/me', headers })).statusCode === 401,
      { within: 5000 },
    );
  });

  it('knows the chosen key', async () => {
    const me = await server.http.inject({ url: '/api/me', headers: { authorization: `Bearer ${CHOSEN}` } });
    assert.deepEqual(me.json(), {
      type: 'bootstrap',
      id: 'bootstrap',
      name: 'bootstrap admin',
      role: 'admin',
    });
  });

  it('refuses bodies, ids, limits and cursors that are wrong', async () => {
    const headers = server.as('admin');
    const issuesOf = async (payload: object) => {
      const { problem } = await refused(
        server,
        { method: 'POST', url: '/api/keys', headers, payload },
        400,
        'bad_request:api',
      );
      return problem.issues?.map(({ path }) => path).toSorted();
    };
    assert.deepEqual(await issuesOf({ name: ' ', role: 'root', expiresAt: 'soon', key: 'mine' }), [
      '/expiresAt',
      '/key',
      '/name',
      '/role',
    ]);
    assert.deepEqual(await issuesOf({ name: 'late', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' }), [
      '/expiresAt',
    ]);
    await refused(server, { method: 'DELETE', url: '/api/keys/key_none', headers }, 404, 'not_found:auth');
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'limit=',
      'limit=1.5',
      'limit=1&limit=2',
      'cursor=nonsense',
      'q=x',
    ]) {
      await refused(server, { url: `/api/keys?${query}`, headers }, 400, 'bad_request:api');
    }
    await refused(server, { url: '/api/keys', headers: server.as('operator') }, 403, 'forbidden:auth');
  });
});

describe('health', () => {
  it('is told apart from readiness', async () => {
    const ready = () => Promise.reject(Object.assign(new Error('down'), { code: 'ECONNREFUSED' }));
    const server = await startTestServer({ ready });
    try {
      assert.equal((await server.http.inject('/healthz')).statusCode, 200);
      const { headers } = await refused(server, { url: '/readyz' }, 503, 'offline:database');
      assert.ok(Number(headers['retry-after']) > 0);
    } finally {
      await server.close();
    }
  });

  it('explains every kind of problem', async () => {
    const server = await startTestServer();
    try {
      const answer = await server.http.inject('/problems/bad_gateway');
      assert.equal(answer.json<{ status: number }>().status, 502);
      await refused(server, { url: '/problems/toString' }, 404, 'not_found:api');
    } finally {
      await server.close();
    }
  });
});

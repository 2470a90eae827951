/** Who may call what: every operation with every kind of key, from outside. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { routesFor } from '../lib/http/routes/index.ts';
import { documentedPath, type RouteRole } from '../lib/http/route.ts';
import { type Role, ROLES } from '../lib/kernel/context.ts';
import { startApp, type TestApp } from './support/app.ts';
import type { OpenApi } from './support/contract.ts';
import { openTestDatabase, type TestDatabase } from './support/databases.ts';
import { until } from './support/until.ts';

/** The contract's own words, not the code's: which roles a route of each role lets in. */
const LETS_IN: Readonly<Record<RouteRole, readonly Role[]>> = {
  open: ROLES,
  viewer: ROLES,
  operator: ['operator', 'admin'],
  auditor: ['auditor', 'admin'],
  admin: ['admin'],
};

const routes = routesFor('all', { check: () => Promise.resolve() });

describe('roles', () => {
  let database: TestDatabase;
  let app: TestApp;
  let document: OpenApi;
  const keys = new Map<string, string>();

  before(async () => {
    database = await openTestDatabase('pglite');
    app = await startApp(database, { isWorking: false });
    document = (await app.call('GET', '/api/openapi.json')).body as unknown as OpenApi;
    for (const role of ROLES) keys.set(role, (await makeKey(role)).key);
  });
  after(async () => {
    await app.close();
    await database.close();
  });

  async function makeKey(role: Role, expiresAt?: string): Promise<{ id: string; key: string }> {
    const { status, body } = await app.call('POST', '/api/keys', {
      name: `a ${role}`,
      role,
      ...(expiresAt !== undefined && { expiresAt }),
    });
    assert.equal(status, 201, JSON.stringify(body));
    return body as { id: string; key: string };
  }

  /** Names nothing that exists and sends no body, so that whoever is let in is answered 400 or 404 by most. */
  async function statusOf(method: string, path: string, key: string | null): Promise<number> {
    const url = path.replaceAll(/\{\w+\}/g, 'none');
    if (method === 'HEAD') return await statusOfHead(url, key);
    return (await app.call(method, url, undefined, { key })).status;
  }

  async function statusOfHead(url: string, key: string | null): Promise<number> {
    const headers = key === null ? {} : { authorization: `Bearer ${key}` };
    return (await fetch(`${app.url}${url}`, { method: 'HEAD', headers })).status;
  }

  function operations(): { method: string; path: string; role: RouteRole }[] {
    return Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).flatMap((method) => {
        const route = routes.find(
          (each) => documentedPath(each.path) === path && each.method === method.toUpperCase(),
        );
        const role = route?.role ?? 'open';
        const all = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
        return all.map((each) => ({ method: each, path, role }));
      }),
    );
  }

  it('let each one do what theirs allows, and nothing else', async () => {
    for (const { method, path, role } of operations()) {
      for (const mine of ROLES) {
        const status = await statusOf(method, path, keys.get(mine) ?? '');
        const message = `${method} ${path} as ${mine}: ${status}`;
        assert.notEqual(status, 401, message);
        assert.equal(status === 403, !LETS_IN[role].includes(mine), message);
        assert.ok(status < 500, message);
      }
    }
  });

  it('are nothing without a key that may be used', async () => {
    const revoked = await makeKey('admin');
    const expiresAt = Date.now() + 500;
    const expired = await makeKey('admin', new Date(expiresAt).toISOString());
    const valid = keys.get('admin') ?? '';
    const last = valid.endsWith('0') ? '1' : '0';
    const useless = {
      none: null,
      malformed: 'not-a-key',
      mistyped: valid.slice(0, -1) + last,
      revoked: revoked.key,
      expired: expired.key,
    };
    // Both were good a moment ago: nothing that is remembered of them may let them in.
    for (const { key } of [revoked, expired]) assert.equal(await statusOf('GET', '/api/me', key), 200);
    assert.equal((await app.call('DELETE', `/api/keys/${revoked.id}`)).status, 204);
    assert.equal(await statusOf('GET', '/api/me', revoked.key), 401);
    await until('the key has expired', () => Date.now() > expiresAt);
    assert.equal(await statusOf('GET', '/api/me', expired.key), 401);
    for (const { method, path, role } of operations()) {
      for (const [what, key] of Object.entries(useless)) {
        const status = await statusOf(method, path, key);
        assert.equal(status === 401, role !== 'open', `${method} ${path} with ${what}: ${status}`);
      }
    }
  });

  it('are asked for before anything is said about what exists', async () => {
    const { key } = await makeKey('viewer');
    for (const [method, path, status] of [
      ['GET', '/api/unheard-of', 404],
      ['POST', '/api/skills/none/unheard-of', 404],
      ['DELETE', '/api/me', 405],
      ['GET', '/api/install-runs/none', 404],
      ['GET', '/api/skills/none', 404],
    ] as const) {
      assert.equal((await app.call(method, path, undefined, { key: null })).status, 401, path);
      assert.equal((await app.call(method, path, undefined, { key: 'not-a-key' })).status, 401, path);
      assert.equal((await app.call(method, path, undefined, { key })).status, status, path);
    }
    assert.equal((await app.call('GET', '/unheard-of', undefined, { key: null })).status, 404);
    assert.equal((await app.call('PATCH', '/api/providers/none', {}, { key })).status, 403);
  });

  it('are as the contract gives them: changes and secrets are for few', () => {
    const roleOf = (method: string, path: string) =>
      routes.find((route) => route.method === method && route.path === path)?.role;
    for (const { method, path, role, isSigned } of routes) {
      if (isSigned) continue;
      const isChat = path === '/api/chat-ops';
      if (path.startsWith('/api/keys')) assert.equal(role, 'admin', `${method} ${path}`);
      else if (path.startsWith('/api/audit-logs')) assert.equal(role, 'auditor', `${method} ${path}`);
      else if (path.startsWith('/api/chat-ops/users')) assert.equal(role, 'admin', path);
      else if (path === '/api/providers/{provider}/sync') assert.notEqual(role, 'open', path);
      else if (path.startsWith('/api/providers') && method !== 'GET') assert.equal(role, 'admin', path);
      else if (method !== 'GET' && !isChat) assert.ok(role === 'operator' || role === 'admin', path);
      if (role === 'open') assert.ok(!path.startsWith('/api/'), path);
    }
    assert.equal(roleOf('POST', '/api/install-runs'), 'operator');
    assert.equal(roleOf('POST', '/api/skills'), 'operator');
    assert.equal(roleOf('POST', '/api/providers/{provider}/sync'), 'operator');
  });
});

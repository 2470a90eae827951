/** What browsers send for pages of other sites is refused; what people and programs send is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTestServer, type TestServer } from '../../test/support/http-server.ts';
import type { Settings } from '../kernel/settings.ts';

async function withServer(settings: Partial<Settings>, act: (server: TestServer) => Promise<void>) {
  const server = await startTestServer({ settings });
  try {
    await act(server);
  } finally {
    await server.close();
  }
}

async function statusOf(server: TestServer, method: 'GET' | 'POST', headers: Record<string, string>) {
  const answer = await server.http.inject({
    method,
    url: method === 'GET' ? '/api/me' : '/api/keys',
    headers: { ...server.as('admin'), ...headers },
    ...(method === 'POST' && { payload: { name: 'made', role: 'viewer' } }),
  });
  if (answer.statusCode >= 400)
    assert.equal(answer.json<{ code: string }>().code, 'forbidden:auth', answer.body);
  return answer.statusCode;
}

describe('a server of this machine only', () => {
  it('is asked by names of this machine, with any port', async () => {
    await withServer({ host: '127.0.0.1' }, async (server) => {
      const own = ['localhost', 'LOCALHOST:8787', '127.0.0.1:1', '127.9.9.9', '[::1]:80', 'a.localhost'];
      for (const host of own) assert.equal(await statusOf(server, 'GET', { host }), 200, host);
      const foreign = [
        'evil.example',
        'evil.example:8787',
        '127.0.0.1.evil.example',
        'localhost.evil.example',
        'notlocalhost',
        '10.0.0.1',
        '[::2]',
        'localhost@evil.example',
        'evil.example/localhost',
        'a b',
      ];
      for (const host of foreign) assert.equal(await statusOf(server, 'GET', { host }), 403, host);
      const open = await server.http.inject({ url: '/healthz', headers: { host: 'evil.example' } });
      assert.equal(open.statusCode, 403, 'open routes too');
    });
  });

  it('is asked by the names in its settings', async () => {
    await withServer({ host: 'localhost', serverNames: ['skills.example.com'] }, async (server) => {
      assert.equal(await statusOf(server, 'GET', { host: 'Skills.Example.com:443' }), 200);
      assert.equal(await statusOf(server, 'GET', { host: 'other.example.com' }), 403);
    });
  });

  it('changes nothing and streams nothing for pages of other sites', async () => {
    await withServer({ host: '::1' }, async (server) => {
      const host = 'localhost:8787';
      for (const origin of ['http://localhost:8787', 'https://LOCALHOST:8787'])
        assert.equal(await statusOf(server, 'POST', { host, origin }), 201, origin);
      for (const origin of ['http://evil.example', 'http://localhost:3000', 'http://localhost', 'null', '']) {
        assert.equal(await statusOf(server, 'POST', { host, origin }), 403, origin);
        assert.equal(await statusOf(server, 'GET', { host, origin }), 200, 'reading tells a page nothing');
        const accept = 'text/event-stream';
        assert.equal(await statusOf(server, 'GET', { host, origin, accept }), 403, origin);
      }
      assert.equal(await statusOf(server, 'POST', { host }), 201, 'programs send no Origin');
    });
  });
});

describe('a server on a network', () => {
  it('may be asked by any name, unless it has names, and never across origins', async () => {
    await withServer({ host: '0.0.0.0' }, async (server) => {
      assert.equal(await statusOf(server, 'GET', { host: 'anything.example' }), 200);
      const cross = { host: 'skills.example', origin: 'https://evil.example' };
      assert.equal(await statusOf(server, 'POST', cross), 403);
      const same = { host: 'skills.example', origin: 'https://skills.example' };
      assert.equal(await statusOf(server, 'POST', same), 201);
    });
    await withServer({ host: '0.0.0.0', serverNames: ['skills.example'] }, async (server) => {
      assert.equal(await statusOf(server, 'GET', { host: 'anything.example' }), 403);
      assert.equal(await statusOf(server, 'GET', { host: 'skills.example' }), 200);
    });
  });
});

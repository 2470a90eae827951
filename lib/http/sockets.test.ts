/** What happens on the wire itself: slow, oversized and broken requests, and a graceful end. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { type ProblemBody, startTestServer, type TestServer } from '../../test/support/http-server.ts';
import { until } from '../../test/support/until.ts';
import { defineRoute } from './route.ts';

/** Routes whose answers the test holds back. */
function heldRoutes() {
  const held = { asked: 0, aborted: 0, answer: () => {} };
  const slow = defineRoute({
    method: 'GET',
    path: '/api/slow',
    role: 'viewer',
    tag: 'test',
    summary: 'Answers when the test says so',
    responses: { 200: z.object({ done: z.boolean() }) },
    async handle() {
      held.asked += 1;
      await new Promise<void>((resolve) => {
        held.answer = resolve;
      });
      return { status: 200, body: { done: true } };
    },
  });
  const stream = defineRoute({
    method: 'GET',
    path: '/api/stream',
    role: 'viewer',
    tag: 'test',
    summary: 'Goes on until nobody wants it',
    responses: { 200: { contentType: 'text/event-stream', description: 'events' } },
    async handle({ signal }) {
      const body = new Readable({ read() {} });
      body.push('data: 1\n\n');
      signal.addEventListener('abort', () => {
        held.aborted += 1;
        body.push(null);
      });
      return { status: 200, body, headers: { 'content-type': 'text/event-stream' } };
    },
  });
  return { held, routes: [slow, stream] };
}

const uploads = defineRoute({
  method: 'POST',
  path: '/api/uploads',
  role: 'operator',
  tag: 'test',
  summary: 'Takes uploads',
  body: z.strictObject({}),
  uploadLimit: 10_000_000,
  responses: { 200: z.object({}) },
  async handle({ upload }) {
    await upload();
    return { status: 200, body: {} };
  },
});

interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Opens a connection, sends, and reads all that comes until the server ends it. */
async function exchange(port: number, send: (socket: Socket) => void): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    socket
      .once('connect', () => send(socket))
      .once('end', resolve)
      .once('error', reject);
  });
  socket.destroy();
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => [line.split(': ')[0] ?? '', line.split(': ')[1] ?? '']),
  );
  return { status: Number(first.split(' ')[1]), headers, body };
}

function assertProblem(answer: RawAnswer, status: number, code: string): void {
  assert.equal(answer.status, status);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(answer.headers.get('connection'), 'close');
  assert.equal(Number(answer.headers.get('content-length')), Buffer.byteLength(answer.body));
  const problem = JSON.parse(answer.body) as ProblemBody;
  assert.deepEqual([problem.code, problem.status], [code, status]);
  assert.equal(problem.requestId, answer.headers.get('x-request-id'));
}

describe('the wire', () => {
  let server: TestServer;
  let port: number;
  before(async () => {
    server = await startTestServer({ routes: [uploads] });
    port = Number(new URL(await server.http.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  after(() => server.close());

  it('answers 400 to what is not HTTP', async () => {
    assertProblem(await exchange(port, (socket) => socket.write('NONSENSE\r\n\r\n')), 400, 'bad_request:api');
    const twoLengths =
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n';
    assertProblem(await exchange(port, (socket) => socket.write(twoLengths)), 400, 'bad_request:api');
  });

  it('answers 400 to a request without Host', async () => {
    const answer = await exchange(port, (socket) =>
      socket.write('GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n'),
    );
    assertProblem(answer, 400, 'bad_request:api');
  });

  it('answers 431 to headers that are too large', async () => {
    const head = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(5_000_000)}\r\n\r\n`;
    assertProblem(await exchange(port, (socket) => socket.write(head)), 431, 'payload_too_large:api');
  });

  it('answers 413 to a body that goes on and on', async () => {
    const { authorization } = server.as('admin');
    const head = `POST /api/keys HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const answer = await exchange(port, (socket) => {
      socket.write(head);
      for (let sent = 0; sent < 20; sent += 1) socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
    });
    assertProblem(answer, 413, 'payload_too_large:api');
  });

  it('lets a client read the 413 although it sent everything first', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/keys`, {
      method: 'POST',
      headers: { ...server.as('admin'), 'content-type': 'application/json' },
      body: 'x'.repeat(8_000_000),
    });
    assert.equal(answer.status, 413);
  });

  it('answers an expectation that it does not know', async () => {
    const head = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nConnection: close\r\n\r\n';
    assert.equal((await exchange(port, (socket) => socket.write(head))).status, 200);
  });

  it('reads on behind a refused upload, so that the connection serves the next request', async () => {
    const { authorization } = server.as('admin');
    const part = '--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n';
    const body = `${part.replace('files', 'nonsense')}${'x'.repeat(3_000_000)}\r\n--b--\r\n`;
    const head = `POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n`;
    const next = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const answer = await exchange(port, (socket) => socket.write(head + body + next));
    assert.equal(answer.status, 400);
    assert.match(answer.body, /"path":"\/nonsense".*HTTP\/1\.1 200 /s);
  });

  it('still serves', async () => {
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  });
});

describe('a slow client', () => {
  it('is answered 408 when headers or body do not arrive', async () => {
    const server = await startTestServer({ timeouts: { headersMs: 200, requestMs: 400, checkEveryMs: 50 } });
    try {
      const port = Number(new URL(await server.http.listen({ host: '127.0.0.1', port: 0 })).port);

      const head = 'POST /api/keys HTTP/1.1\r\nHost: localhost\r\n';
      assertProblem(await exchange(port, (socket) => socket.write(head)), 408, 'timeout:api');
      const { authorization } = server.as('admin');
      const rest = `Authorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na`;
      assertProblem(await exchange(port, (socket) => socket.write(head + rest)), 408, 'timeout:api');
    } finally {
      await server.close();
    }
  });
});

describe('a graceful end', () => {
  it('answers what is in flight, ends streams, refuses what is new, and does not wait for idle connections', async () => {
    const { held, routes } = heldRoutes();
    const server = await startTestServer({ routes });
    try {
      const url = await server.http.listen({ host: '127.0.0.1', port: 0 });
      const slow = fetch(`${url}/api/slow`, { headers: server.as('viewer') });
      const stream = await fetch(`${url}/api/stream`, { headers: server.as('viewer') });
      await until('the slow request has arrived', () => held.asked === 1);

      const started = performance.now();
      const closing = server.http.close();
      assert.equal(await stream.text(), 'data: 1\n\n');
      assert.equal(held.aborted, 1);
      held.answer();
      const answer = await slow;
      assert.deepEqual(await answer.json(), { done: true });
      await closing;
      assert.ok(performance.now() - started < 5000, 'closing waited for a connection');
      await assert.rejects(fetch(`${url}/healthz`));
    } finally {
      await server.close();
    }
  });

  it('answers 503 to what still comes on a busy connection, but goes on telling its health', async () => {
    const { held, routes } = heldRoutes();
    let asked = 0;
    const ready = async () => {
      asked += 1;
    };
    const server = await startTestServer({ routes, ready });
    try {
      const port = Number(new URL(await server.http.listen({ host: '127.0.0.1', port: 0 })).port);
      const { authorization } = server.as('viewer');
      const line = (path: string) =>
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n\r\n`;
      let scene: Promise<void> | undefined;
      const { body } = await exchange(port, (socket) => {
        scene = (async () => {
          socket.write(line('/api/slow'));
          await until('the slow request has arrived', () => held.asked === 1);
          const closing = server.http.close();
          // Pipelined: answers come in order, so both wait for the slow one.
          socket.write(line('/api/me') + line('/readyz'));
          await until('health was asked for', () => asked === 1);
          held.answer();
          await closing;
        })();
      });
      await scene;
      assert.match(body, /^\{"done":true\}HTTP\/1\.1 503 .*"code":"offline:api"/s);
    } finally {
      await server.close();
    }
  });

  it('does not wait for a connection on which nothing was asked', async () => {
    const server = await startTestServer();
    const port = Number(new URL(await server.http.listen({ host: '127.0.0.1', port: 0 })).port);
    const socket = connect(port, '127.0.0.1');
    const closed = once(socket, 'close');
    await once(socket, 'connect');
    await server.close();
    await closed;
  });

  it('tells a handler that its client has left', async () => {
    const { held, routes } = heldRoutes();
    const server = await startTestServer({ routes });
    try {
      const url = await server.http.listen({ host: '127.0.0.1', port: 0 });
      const leave = new AbortController();
      const stream = await fetch(`${url}/api/stream`, { headers: server.as('viewer'), signal: leave.signal });
      assert.equal(stream.status, 200);
      leave.abort();
      await until('the handler knows', () => held.aborted === 1);
    } finally {
      await server.close();
    }
  });
});

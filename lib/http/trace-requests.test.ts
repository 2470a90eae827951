/** Each log line about a request says which one it was, and which trace it belongs to. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../test/support/http-server.ts';
import { createLog } from '../kernel/log.ts';
import { traceParentOf } from '../kernel/tracing.ts';
import { defineRoute } from './route.ts';

const TRACE_PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const route = defineRoute({
  method: 'GET',
  path: '/api/logged',
  role: 'open',
  tag: 'test',
  summary: 'Logs and fails',
  responses: { 200: z.object({}) },
  async handle({ ctx }) {
    ctx.log.info({ under: traceParentOf(ctx.span) }, 'a line of a handler');
    throw new Error('nobody foresaw this');
  },
});

describe('log lines of requests', () => {
  let server: TestServer;
  let written: string[] = [];

  before(async () => {
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written.push(chunk.toString());
        done();
      },
    });
    server = await startTestServer({ routes: [route], log: createLog('info', destination) });
  });
  after(() => server.close());

  async function linesFor(headers: Record<string, string>) {
    written = [];
    const answer = await server.http.inject({ url: '/api/logged', headers });
    assert.equal(answer.statusCode, 500);
    const lines = written.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['a line of a handler', 'a request failed unexpectedly'],
    );
    assert.ok(lines.every((line) => line['requestId'] === answer.headers['x-request-id']));
    return lines;
  }

  it('have the id of the request, and none of a trace when there is none', async () => {
    for (const line of await linesFor({})) assert.equal(line['traceId'], undefined);
    for (const line of await linesFor({ traceparent: 'nonsense' })) assert.equal(line['traceId'], undefined);
  });

  it('have the id of the trace of the caller', async () => {
    const [own, failure] = await linesFor({ traceparent: TRACE_PARENT });
    assert.equal(own?.['traceId'], TRACE_PARENT.slice(3, 35));
    assert.equal(failure?.['traceId'], TRACE_PARENT.slice(3, 35));
    assert.equal(own?.['under'], TRACE_PARENT);
  });
});

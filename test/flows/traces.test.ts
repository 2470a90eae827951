/** One trace from the request over the run to the provider, as a collector receives it; and collectors that are no help. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { SANDBOX_KEY } from '../../lib/connections/sandbox.ts';
import { type EmulatedProviders, PROVIDER_KEY, startProviders } from '../support/app.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { inlineSkill } from '../support/skills.ts';
import { type ReceivedSpan, startCollector, type TraceCollector } from '../support/trace-collector.ts';
import { until } from '../support/until.ts';

const KEY = 'an-admin-key-of-more-than-32-characters';
const COLLECTOR_KEY = 'a-key-for-the-collector';
const SEARCHED = 'what-somebody-searched';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const ATTEMPT = ['id', 'attempt', 'action', 'outcome'].map((what) => `skillconvoy.run.${what}`);

describe('traces', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skillconvoy-traces-'));
  let collector: TraceCollector;
  let providers: EmulatedProviders;
  let server: ServerProcess | null = null;

  before(async () => {
    collector = await startCollector();
    providers = await startProviders();
  });
  afterEach(async () => {
    server?.kill('SIGKILL');
    await server?.ended;
  });
  after(async () => {
    await Promise.all([collector.close(), providers.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(endpoint: string | null, more: Record<string, string> = {}): Promise<string> {
    server = startServer({
      DATA_DIR: folder,
      ADMIN_API_KEY: KEY,
      ...more,
      ...(endpoint !== null && {
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${COLLECTOR_KEY}`,
      }),
    });
    return await server.ready();
  }

  async function stopped(): Promise<string> {
    assert.ok(server);
    server.kill('SIGTERM');
    assert.equal(await server.ended, 0, server.output());
    return server.output();
  }

  async function call(address: string, method: string, path: string, body?: object, traceparent?: string) {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        ...(traceparent !== undefined && { traceparent }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function install(address: string, skill: string, traceparent?: string): Promise<string> {
    const made = await call(address, 'POST', '/api/skills', inlineSkill(skill));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const request = { skill, providers: ['sandbox-openai'] };
    const asked = await call(address, 'POST', '/api/install-runs', request, traceparent);
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const [id = ''] = asked.body['runIds'] as string[];
    assert.equal(await ended(address, id), 'success');
    return id;
  }

  async function ended(address: string, runId: string): Promise<unknown> {
    return await until('the run has ended', async () => {
      const { status } = (await call(address, 'GET', `/api/install-runs/${runId}`)).body;
      return status !== 'queued' && status !== 'running' && status;
    });
  }

  it('lead from the caller over the request and the run to each call of the provider', async () => {
    const address = await start(collector.url);
    await call(address, 'GET', `/api/skills?q=${SEARCHED}`);
    const runId = await install(address, 'traced', `00-${TRACE}-${CALLER}-01`);
    const output = await stopped();

    const mine = collector.spans().filter((span) => span.traceId === TRACE);
    const [request, ...otherRequests] = mine.filter((span) => span.kind === 'server');
    assert.ok(request && otherRequests.length === 0);
    assert.equal(request.parentSpanId, CALLER);
    assert.equal(request.name, 'POST /api/install-runs');
    assert.deepEqual(chosen(request, 'http.request.method', 'http.route', 'http.response.status_code'), [
      'POST',
      '/api/install-runs',
      202,
    ]);

    const [attempt, ...otherAttempts] = mine.filter((span) => span.kind === 'consumer');
    assert.ok(attempt && otherAttempts.length === 0);
    assert.equal(attempt.parentSpanId, request.spanId);
    assert.equal(attempt.name, 'run install');
    assert.deepEqual(chosen(attempt, ...ATTEMPT), [runId, 1, 'install', 'run.succeeded']);

    const calls = mine.filter((span) => span.kind === 'client');
    assert.ok(calls.length > 1, `${calls.length} calls of the provider`);
    for (const one of calls) {
      assert.equal(one.parentSpanId, attempt.spanId);
      assert.equal(one.attributes['server.address'], 'sandbox.internal');
      assert.equal(one.attributes['http.response.status_code'], 200);
      assert.ok(one.start >= attempt.start && one.end <= attempt.end, 'within the attempt');
    }
    const creates = calls.filter((one) => one.attributes['skillconvoy.mutation'] === 'create');
    assert.deepEqual(
      creates.map((one) => one.attributes['http.request.method']),
      ['POST'],
    );
    assert.equal(mine.length, 2 + calls.length);

    const ended = logged(output).find((line) => line['msg'] === 'a run has ended');
    assert.ok(ended, output);
    assert.deepEqual(
      [ended['level'], ended['runId'], ended['attempt'], ended['outcome'], ended['traceId']],
      [30, runId, 1, 'run.succeeded', TRACE],
    );
    assert.equal(typeof ended['durationMs'], 'number');
  });

  it('hold no key and no query, and are sent as the operator says', () => {
    const all = JSON.stringify(collector.bodies());
    for (const secret of [KEY, SANDBOX_KEY, COLLECTOR_KEY, SEARCHED]) {
      assert.ok(!all.includes(secret), `${secret} is in a span`);
    }
    assert.ok(all.includes('"skillconvoy"'), 'the name of the service');
    assert.deepEqual(
      new Set(collector.headers().map((headers) => headers['x-collector-key'])),
      new Set([COLLECTOR_KEY]),
    );
  });

  it('hold every attempt of a run; a run that does it again belongs to who asked, and points to the first', async () => {
    const address = await start(collector.url, { RUN_MAX_ATTEMPTS: '2', ALLOWED_HOSTS: '127.0.0.1' });
    const { connections, faults, urls } = providers;
    assert.equal((await call(address, 'POST', '/api/providers', connections.openai)).status, 201);
    assert.equal((await call(address, 'POST', '/api/skills', inlineSkill('failing'))).status, 201);
    faults.openai.script.push({ match: { method: 'POST' }, times: 2, then: { status: 503 } });
    const [first, second] = ['1'.repeat(32), '2'.repeat(32)];
    const asked = { skill: 'failing', providers: ['openai-test'] };
    const made = await call(address, 'POST', '/api/install-runs', asked, `00-${first}-${CALLER}-01`);
    const [id = ''] = made.body['runIds'] as string[];
    assert.equal(await ended(address, id), 'failed');
    const path = `/api/install-runs/${id}/retry`;
    const retried = await call(address, 'POST', path, {}, `00-${second}-${CALLER}-01`);
    assert.equal(retried.status, 202, JSON.stringify(retried.body));
    assert.equal(await ended(address, (retried.body['runIds'] as string[])[0] ?? ''), 'success');
    await stopped();

    const [request, retry] = [first, second].map((traceId) =>
      collector.spans().find((span) => span.traceId === traceId && span.kind === 'server'),
    );
    const attempts = collector.spans().filter((span) => span.name === 'run install');
    const ofFirst = attempts.filter((span) => span.traceId === first);
    assert.deepEqual(
      ofFirst.map((span) => chosen(span, ...ATTEMPT, 'error.type')),
      [
        [id, 1, 'install', 'run.retry_scheduled', 'bad_gateway:provider'],
        [id, 2, 'install', 'run.failed', 'uncertain:provider'],
      ],
    );
    const [again, ...others] = attempts.filter((span) => span.traceId === second);
    assert.ok(again && others.length === 0);
    assert.ok(ofFirst.every((span) => span.parentSpanId === request?.spanId && span.links.length === 0));
    assert.equal(again.parentSpanId, retry?.spanId);
    assert.deepEqual(
      again.links.map(({ traceId, spanId }) => [traceId, spanId]),
      [[first, request?.spanId]],
    );
    const refused = collector.spans().filter((span) => span.attributes['http.response.status_code'] === 503);
    assert.deepEqual(
      refused.map((span) => chosen(span, 'server.address', 'error.type')),
      ofFirst.map(() => [new URL(urls.openai).host, 'bad_gateway:provider']),
    );
    const all = JSON.stringify(collector.bodies());
    assert.ok(!all.includes(PROVIDER_KEY), 'the key of the provider is in a span');
  });

  it('are not needed: without a collector nothing is sent, and the log names the trace of the caller', async () => {
    const before = collector.bodies().length;
    const address = await start(null);
    const runId = await install(address, 'untraced', `00-${TRACE}-${CALLER}-01`);
    const output = await stopped();
    assert.equal(collector.bodies().length, before);
    const ended = logged(output).find((line) => line['runId'] === runId && line['outcome'] !== undefined);
    assert.equal(ended?.['traceId'], TRACE);
  });

  it('a collector that never answers keeps no run waiting, and the process does not wait for it', async () => {
    collector.hang();
    const address = await start(collector.url);
    await install(address, 'hanging');
    await stopped();
    assert.ok(collector.hanging() > 0, 'spans were being sent when the process ended');
  });

  it('a collector that is not there is told of once, without where it is', async () => {
    const gone = await startCollector();
    await gone.close();
    const address = await start(gone.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
    await install(address, 'unreachable');
    const lines = logged(await stopped()).filter((line) => String(line['msg']).includes('collector'));
    assert.equal(lines.length, 1, JSON.stringify(lines));
    assert.deepEqual([lines[0]?.['level'], lines[0]?.['code']], [40, 'ECONNREFUSED']);
    assert.ok(!JSON.stringify(lines).includes(new URL(gone.url).host));
  });

  it('a collector that is no address stops the start with one line that names the variable', async () => {
    const wrong = startServer({ DATA_DIR: folder, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' });
    assert.equal(await wrong.ended, 1);
    assert.match(wrong.output(), /^skillconvoy cannot start: OTEL_EXPORTER_OTLP_ENDPOINT: [^\n]+\n$/);
  });
});

function chosen(span: ReceivedSpan, ...names: string[]): unknown[] {
  return names.map((name) => span.attributes[name]);
}

function logged(output: string): Record<string, unknown>[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

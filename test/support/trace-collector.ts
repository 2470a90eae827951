/** A collector of traces: takes OTLP over HTTP in JSON, and shows the spans it was sent. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | 'unknown';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Nanoseconds. */
  readonly start: bigint;
  readonly end: bigint;
}

export interface TraceCollector {
  readonly url: string;
  spans(): ReceivedSpan[];
  bodies(): readonly unknown[];
  headers(): readonly IncomingHttpHeaders[];
  /** From now on it takes requests and answers none. */
  hang(): void;
  /** How many requests were left without an answer. */
  hanging(): number;
  close(): Promise<void>;
}

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  links?: { traceId: string; spanId: string }[];
}

interface SentBody {
  resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
}

const KINDS = ['unknown', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

export async function startCollector(): Promise<TraceCollector> {
  const bodies: SentBody[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const waiting: ServerResponse[] = [];
  let isHanging = false;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (isHanging) return waiting.push(response);
      if (request.method !== 'POST' || request.url !== '/v1/traces') return response.writeHead(404).end();
      bodies.push(JSON.parse(body) as SentBody);
      headers.push(request.headers);
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () =>
      bodies.flatMap((body) =>
        body.resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans.map(received)),
        ),
      ),
    bodies: () => bodies,
    headers: () => headers,
    hang() {
      isHanging = true;
    },
    hanging: () => waiting.length,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function received(span: SentSpan): ReceivedSpan {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    kind: KINDS[span.kind] ?? 'unknown',
    attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    links: span.links ?? [],
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
  };
}

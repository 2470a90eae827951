/** Spans of what the process does; without a collector nothing of them is loaded, kept or sent. */
import {
  type Attributes,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type TimeInput,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

export type { Span } from '@opentelemetry/api';

export interface Tracing {
  begin(name: string, options: NewSpan): Span;
  /** Sends what is left, as far as that can be done in a few seconds. Never rejects. */
  stop(): Promise<void>;
}

export interface NewSpan {
  readonly kind: 'server' | 'client' | 'consumer';
  /** A span of this process, or a W3C `traceparent`. Without one, or with one that is none, a trace begins. */
  readonly parent: Span | string | null | undefined;
  /** The `traceparent` of another trace that this one goes on from. */
  readonly link?: string | null;
  readonly attributes: Attributes;
  /** By `performance.now()`, for what has begun already. */
  readonly startTime?: TimeInput;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;

/** Passes the trace of a caller on, and records nothing itself. */
export const noTracing: Tracing = tracingWith(trace.getTracer('skillconvoy'), async () => {});

/** The SDK is loaded only when there is a collector to send to. */
export async function startTracing(settings: Pick<Settings, 'sendsTraces'>, log: Log): Promise<Tracing> {
  if (!settings.sendsTraces) return noTracing;
  const { openTraceExport } = await import('./trace-export.ts');
  const opened = openTraceExport(log);
  return tracingWith(opened.tracer, async () => await opened.stop());
}

function tracingWith(tracer: Tracer, stop: () => Promise<void>): Tracing {
  return {
    begin(name, { kind, parent, link, attributes, startTime }) {
      const parentContext = typeof parent === 'string' ? readTraceParent(parent) : parent?.spanContext();
      const context = parentContext ? trace.setSpanContext(ROOT_CONTEXT, parentContext) : ROOT_CONTEXT;
      const linked = typeof link === 'string' ? readTraceParent(link) : null;
      const options = { kind: KINDS[kind], attributes, links: linked ? [{ context: linked }] : [] };
      return tracer.startSpan(name, startTime === undefined ? options : { ...options, startTime }, context);
    },
    stop,
  };
}

const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Null for what is no `traceparent`; versions to come may have more at the end, ours may not. */
function readTraceParent(text: string): SpanContext | null {
  const [, version = 'ff', traceId = '', spanId = '', flags = '', more] = TRACE_PARENT.exec(text) ?? [];
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? context : null;
}

/** The W3C `traceparent` under which others go on; null when there is no trace. */
export function traceParentOf(span: Span | undefined): string | null {
  const context = span?.spanContext();
  if (!context || !isSpanContextValid(context)) return null;
  return `00-${context.traceId}-${context.spanId}-0${context.traceFlags & 1}`;
}

/** For log lines: `traceId` when there is a trace, else nothing. */
export function traceFields(span: Span | undefined): { readonly traceId?: string } {
  const context = span?.spanContext();
  return context && isSpanContextValid(context) ? { traceId: context.traceId } : {};
}

/** Marks a span as failed. `code` is one of ours, never a message: those may quote what people sent. */
export function markFailed(span: Span, code: string): void {
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

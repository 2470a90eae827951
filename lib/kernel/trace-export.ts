/** Sends spans to the collector that the operator named; loaded only when there is one. */
import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Log } from './log.ts';

/** Spans that wait to be sent; those beyond are dropped. */
const MOST_WAITING = 2048;
const BATCH = 512;
/** Requests under way at once; all that waits goes out together at the end. */
const MOST_SENDING = 6;
const STOP_WITHIN_MS = 3000;
const LOG_EVERY_MS = 600_000;

export interface TraceExport {
  readonly tracer: Tracer;
  stop(): Promise<void>;
}

/**
 * The SDK reads the other standard variables (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_RESOURCE_ATTRIBUTES`, …) by itself.
 * It does not go through the egress: that guards against addresses which callers name, and this one is the operator's.
 */
export function openTraceExport(log: Log): TraceExport {
  const exporter = reporting(new OTLPTraceExporter({ concurrencyLimit: MOST_SENDING }), log);
  const named = resourceFromAttributes({ 'service.name': 'skillconvoy' });
  const provider = new TracerProvider({
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize: MOST_WAITING, maxExportBatchSize: BATCH }),
    ],
  });
  return {
    tracer: provider.getTracer('skillconvoy'),
    async stop() {
      const { promise: isTooLate, resolve: giveUp } = Promise.withResolvers<void>();
      const timer = setTimeout(giveUp, STOP_WITHIN_MS);
      // What could not be sent has been logged by then.
      const isStopped = provider.shutdown().catch(() => undefined);
      await Promise.race([isStopped, isTooLate]);
      clearTimeout(timer);
    },
  };
}

/** A collector that is down is told of now and then, and never with what it answered or where it is. */
function reporting(exporter: SpanExporter, log: Log): SpanExporter {
  let lost = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) {
          lost += spans.length;
          if (performance.now() - loggedAt >= LOG_EVERY_MS) {
            log.warn({ lost, code: codeOf(result.error) }, 'the collector of traces does not take them');
            loggedAt = performance.now();
            lost = 0;
          }
        }
        done(result);
      });
    },
    shutdown: async () => await exporter.shutdown(),
    forceFlush: async () => await exporter.forceFlush?.(),
  };
}

/** `ECONNREFUSED`, or the status of an answer. */
function codeOf(error: Error | undefined): string | null {
  return error !== undefined && 'code' in error ? String(error.code) : null;
}

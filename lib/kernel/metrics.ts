/** What the process counts and times of itself, and the text that Prometheus reads. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Attributes, Counter, Histogram, ObservableGauge } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** Seconds; from what an index answers in to what a provider may take. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** A scrape does not wait longer for what has to be asked for. */
const COLLECT_WITHIN_MS = 5000;

export interface Metrics {
  /** Attributes: method, route, status. */
  readonly requestSeconds: Histogram;
  /** Attributes: kind, mutation, and the code of the failure, `ok` without one. */
  readonly providerSeconds: Histogram;
  /** Attributes: event. Claims, progress, retries, lost leases and ends are all events. */
  readonly runEvents: Counter;
  /** Attributes: kind. From when a run was due to its claim. */
  readonly claimSeconds: Histogram;
  /** Attributes: kind, outcome (delivered, retried, failed). */
  readonly alertDeliveries: Counter;
  /** A figure that is asked for at each scrape; several with one name are told apart by their attributes. */
  gauge(name: string, description: string, read: () => Figures | Promise<Figures>): void;
  /** In the text format of Prometheus. */
  expose(): Promise<string>;
}

export type Figures = readonly { readonly value: number; readonly attributes?: Attributes }[];

export function createMetrics(): Metrics {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer('skillconvoy', false, undefined, true, true);
  const meter = new MeterProvider({ readers: [exporter] }).getMeter('skillconvoy');
  const seconds = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: BOUNDARIES } });
  function gauge(name: string, description: string, read: () => Figures | Promise<Figures>): void {
    const gauges: ObservableGauge = meter.createObservableGauge(name, { description });
    gauges.addCallback(async (result) => {
      for (const { value, attributes } of await read()) result.observe(value, attributes);
    });
  }
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  gauge(
    'event_loop_delay_seconds',
    'How late the event loop was, 99th percentile since the last scrape',
    () => {
      const value = delay.percentile(99) / 1e9;
      delay.reset();
      return [{ value }];
    },
  );
  gauge('resident_memory_bytes', 'Memory of the process', () => [{ value: process.memoryUsage.rss() }]);
  return {
    requestSeconds: seconds(
      'http_request_seconds',
      'From the first byte of a request to the end of its answer',
    ),
    providerSeconds: seconds(
      'provider_request_seconds',
      'From sending a request to a provider to its answer',
    ),
    claimSeconds: seconds('run_claim_seconds', 'From when a run was due until a worker took it'),
    runEvents: meter.createCounter('run_events', { description: 'Events in the life of runs' }),
    alertDeliveries: meter.createCounter('alert_deliveries', { description: 'Attempts to deliver alerts' }),
    gauge,
    async expose() {
      const { resourceMetrics } = await exporter.collect({ timeoutMillis: COLLECT_WITHIN_MS });
      return serializer.serialize(resourceMetrics);
    },
  };
}

/** How soon an idle worker calls the provider after the request for a run was answered. */
import { startApp, type TestApp } from '../test/support/app.ts';
import { until } from '../test/support/until.ts';
import { fillCatalogue } from './catalogue.ts';
import { type Engine, openNew } from './engines.ts';
import { noOpAdapters } from './no-op-adapter.ts';
import { milliseconds, quantile, type Table } from './table.ts';

const SKILLS = 10;
const PROVIDERS = 20;
/** Fewer are measured when they take longer than this together. */
const LIMIT_MS = 10_000;

export async function benchWakeUp(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push(shown(engine, await measure(engine)));
  return {
    title: "Wake-up: from the 202 over HTTP to the adapter's install call, idle",
    notes: [
      'One request after the other, server and worker in this process; each waits until the last run ended.',
    ],
    head: ['database', 'requests', 'p50', 'p99', 'slowest'],
    rows,
  };
}

async function measure(engine: Engine): Promise<number[]> {
  const { db, remove } = await openNew(engine);
  let installedAt = Promise.withResolvers<number>();
  const adapters = noOpAdapters(() => installedAt.resolve(performance.now()));
  const app = await startApp(db, { adapters });
  try {
    const { skills, providers } = await fillCatalogue(app.ctx, { skills: SKILLS, providers: PROVIDERS });
    const targets = skills.flatMap((skill) => providers.map((provider) => ({ skill, provider })));
    const durations: number[] = [];
    const deadline = performance.now() + LIMIT_MS;
    for (const { skill, provider } of targets) {
      if (performance.now() > deadline) break;
      installedAt = Promise.withResolvers<number>();
      const { body } = await app.call('POST', '/api/install-runs', { skill, providers: [provider] });
      const answeredAt = performance.now();
      durations.push((await installedAt.promise) - answeredAt);
      await untilSucceeded(app, body);
    }
    return durations;
  } finally {
    await app.close();
    await remove();
  }
}

async function untilSucceeded(app: TestApp, created: Readonly<Record<string, unknown>>): Promise<void> {
  const [id] = created['runIds'] as string[];
  await until(`${id} is a success`, async () => {
    const { body } = await app.call('GET', `/api/install-runs/${id}`);
    return body['status'] === 'success';
  });
}

function shown(engine: Engine, durations: readonly number[]): string[] {
  const slowest = Math.max(...durations);
  return [
    engine.name,
    String(durations.length),
    ...[quantile(durations, 0.5), quantile(durations, 0.99), slowest].map((duration) =>
      milliseconds(duration, 1),
    ),
  ];
}

/** `npm run bench:runs`: complete runs beside bare jobs of graphile-worker, pg-boss and BullMQ, and the ceiling, in one run. */
import { startEngines } from './engines.ts';
import { benchFairness } from './fairness.ts';
import { type Peer, measurePeers } from './peers.ts';
import { benchRuns, CONCURRENCY, measuredRuns, RUNS } from './runs.ts';
import { formatTable, perSecond, ratio, type Table } from './table.ts';
import { benchWakeUp } from './wake-up.ts';

const engines = await startEngines();
try {
  if (engines.missing !== null) print(engines.missing);
  print(formatTable(await benchRuns(engines.list)));
  const postgres = engines.list.find(({ name }) => name === 'PostgreSQL');
  if (postgres) {
    const ours = await measuredRuns(postgres);
    print(formatTable(beside(ours, await measurePeers(postgres, RUNS, CONCURRENCY))));
  }
  print(formatTable(await benchWakeUp(engines.list)));
  print(formatTable(await benchFairness(engines.list)));
} finally {
  await engines.stop();
}

function beside(ours: number, peers: readonly Peer[]): Table {
  return {
    title: 'Runs beside bare jobs, PostgreSQL',
    notes: [
      `${RUNS} of each, ${CONCURRENCY} at a time in one process. Ours are complete: claim, intent, result, installation, with their events`,
      'and audit rows. A job of the others is one status update and one audit insert; the last takes batches in one statement.',
    ],
    head: ['', 'per second', 'ours is'],
    rows: [
      ['skillconvoy, complete runs', perSecond(ours), ''],
      ...peers.map(({ name, jobsPerSecond, why }) => [
        name,
        jobsPerSecond === null ? (why ?? '') : perSecond(jobsPerSecond),
        jobsPerSecond === null ? '' : ratio(ours, jobsPerSecond),
      ]),
    ],
  };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

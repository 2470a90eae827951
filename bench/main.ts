/** `npm run bench [start http runs wake-up]`: measures on this machine and prints the figures side by side. */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { type Engine, startEngines } from './engines.ts';
import { benchHttp } from './http.ts';
import { benchRuns } from './runs.ts';
import { benchStart } from './start.ts';
import { formatTable, type Table } from './table.ts';
import { benchWakeUp } from './wake-up.ts';

const BENCHMARKS: Readonly<Record<string, (engines: readonly Engine[]) => Promise<Table>>> = {
  start: benchStart,
  http: benchHttp,
  runs: benchRuns,
  'wake-up': benchWakeUp,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  print(`There is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 2;
} else {
  await main();
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const engines = await startEngines();
  try {
    print(machine());
    for (const { name, version } of engines.list) print(`${name} ${version}`);
    if (engines.missing !== null) print(engines.missing);
    print('');
    for (const [name, bench] of Object.entries(BENCHMARKS)) {
      if (asked.length === 0 || asked.includes(name)) print(formatTable(await bench(engines.list)));
    }
  } finally {
    await engines.stop();
  }
  print(`${Math.round((performance.now() - startedAt) / 1000)} s in all`);
}

function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory}, Node ${process.version}, load before ${loadavg()[0]?.toFixed(1)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

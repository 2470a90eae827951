/** `npm run fuzz -- --cases N --seed S [--only AREA] [--path P]`: hostile input in great numbers, and what came of it. */
import { parseArgs } from 'node:util';
import { AREA_NAMES, openArea } from './areas.ts';
import { type AreaReport, runArea } from './run-area.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
    path: { type: 'string' },
  },
});

const chosen = AREA_NAMES.filter((name) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  print(`There is no area ${values.only}; there are: ${AREA_NAMES.join(', ')}`);
  process.exitCode = 2;
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  print(`seed ${values.seed}`);
  let failed = 0;
  for (const name of chosen) {
    const { area, process: cases } = await openArea(name);
    try {
      const run = { seed: Number(values.seed), cases: Number(values.cases), path: values.path };
      const report = await runArea(area, run, cases);
      print(figures(report));
      for (const failure of report.failures) print(`\nFAILED ${failure}`);
      failed += report.failures.length;
    } finally {
      await cases.close();
    }
  }
  return failed === 0 ? 0 : 1;
}

function figures({ name, cases, milliseconds, outcomes, highestPeakBytes }: AreaReport): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  const megabytes = Math.round(highestPeakBytes / 1024 / 1024);
  // The server answers in this process, where nobody can tell what a case takes.
  const memory = highestPeakBytes === 0 ? '' : `, at most ${megabytes} MB for one`;
  const shown = outcomes.slice(0, 12).map(([outcome, count]) => `  ${String(count).padStart(7)}  ${outcome}`);
  return [`${name}: ${cases} cases in ${seconds} s${memory}`, ...shown].join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

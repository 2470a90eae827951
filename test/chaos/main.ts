/** `npm run chaos -- --seed S --minutes M [--bug NAME]`: everything that can break breaks; then a checker says what held. */
import { parseArgs } from 'node:util';
import { BUG_NAMES, preloadOf } from './bugs.ts';
import { isGreen } from './checker.ts';
import { runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    minutes: { type: 'string', default: '1' },
    bug: { type: 'string' },
  },
});

const { seed, minutes, bug } = values;
if (bug !== undefined && !BUG_NAMES.includes(bug)) {
  print(`There is no bug ${bug}; there are: ${BUG_NAMES.join(', ')}`);
  process.exitCode = 2;
} else {
  process.exitCode = await main();
}

async function main(): Promise<number> {
  const startedAt = performance.now();
  const said = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s`;
  print(`seed ${seed}, ${minutes} minutes${bug === undefined ? '' : `, with the bug ${bug}`}`);
  const { report, log, faults, creates } = await runChaos({
    seed: Number(seed),
    seconds: Number(minutes) * 60,
    preload: bug === undefined ? null : preloadOf(bug),
    faults: 'all',
    settleMs: 120_000,
    say: (what) => print(`${said()}  ${what}`),
  });
  const runs = new Set(log.promised.flatMap(({ runIds }) => [...runIds])).size;
  print(
    `\n${log.requests} requests, ${log.lostAnswers} answers lost, ${log.refused} refused, ${runs} runs promised, ${creates} creates on the wire, ${faults} faults\n`,
  );
  for (const { invariant, violations } of report.verdicts) {
    print(`${violations.length === 0 ? 'holds  ' : 'BROKEN '} ${invariant}`);
    for (const violation of violations.slice(0, 10)) print(`          ${violation}`);
  }
  print(
    `\nlost ${report.lost.length}, unexpected ${report.unexpected.length}, duplicated ${report.duplicated.length}`,
  );
  return isGreen(report) ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

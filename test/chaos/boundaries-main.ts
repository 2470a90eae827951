/** `npm run chaos:boundaries [-- --provider P --action A --every N]`: a worker dies at each boundary of each action. */
import { parseArgs } from 'node:util';
import { findPostgres, startPostgresCluster } from '../support/postgres-cluster.ts';
import { ACTIONS, BoundaryKiller, PROVIDERS } from './boundaries.ts';

const { values } = parseArgs({
  options: {
    provider: { type: 'string' },
    action: { type: 'string' },
    every: { type: 'string', default: '1' },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const binaries = findPostgres();
  if (binaries === null) throw new Error('PostgreSQL is needed: neither initdb nor postgres is here');
  const cluster = await startPostgresCluster(binaries);
  const killer = await BoundaryKiller.open(cluster.url);
  let failed = 0;
  let kills = 0;
  try {
    for (const provider of PROVIDERS.filter(
      (name) => values.provider === undefined || values.provider === name,
    ))
      for (const action of ACTIONS.filter((name) => values.action === undefined || values.action === name)) {
        const { boundaries, problems } = await killer.kill(provider, action, 0);
        const found = problems.map((problem) => `unharmed: ${problem}`);
        for (let k = 1; k <= boundaries; k += Number(values.every)) {
          const killed = await killer.kill(provider, action, k);
          if (killed.boundary !== null) kills += 1;
          found.push(...killed.problems.map((problem) => `${k} (${killed.boundary}): ${problem}`));
        }
        print(
          `${found.length === 0 ? 'holds  ' : 'BROKEN '} ${action} at ${provider}: ${boundaries} boundaries`,
        );
        for (const problem of found) print(`          ${problem}`);
        failed += found.length;
      }
  } finally {
    await killer.close();
    await cluster.stop();
  }
  print(`\n${kills} workers were killed, ${failed} end states were wrong`);
  return failed === 0 ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

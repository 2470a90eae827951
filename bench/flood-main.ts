/** `npm run bench:flood [-- --seconds N]`: floods one server process with requests it refuses, on both databases. */
import { parseArgs } from 'node:util';
import { startEngines } from './engines.ts';
import { benchFlood } from './flood.ts';
import { formatTable } from './table.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const engines = await startEngines();
try {
  if (engines.missing !== null) process.stdout.write(`${engines.missing}\n`);
  process.stdout.write(`${formatTable(await benchFlood(engines.list, Number(values.seconds)))}\n`);
} finally {
  await engines.stop();
}

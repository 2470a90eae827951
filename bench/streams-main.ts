/** `npm run bench:streams`: 5,000 event streams in one process, on both databases. */
import { startEngines } from './engines.ts';
import { benchStreams } from './streams.ts';
import { formatTable } from './table.ts';

const engines = await startEngines();
try {
  if (engines.missing !== null) process.stdout.write(`${engines.missing}\n`);
  process.stdout.write(`${formatTable(await benchStreams(engines.list))}\n`);
} finally {
  await engines.stop();
}

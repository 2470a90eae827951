/** `npm run bench:politeness`: one provider in trouble beside another, on both databases. */
import { startEngines } from './engines.ts';
import { benchPoliteness } from './politeness.ts';
import { formatTable } from './table.ts';

const engines = await startEngines();
try {
  if (engines.missing !== null) process.stdout.write(`${engines.missing}\n`);
  process.stdout.write(`${formatTable(await benchPoliteness(engines.list))}\n`);
} finally {
  await engines.stop();
}

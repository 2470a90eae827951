/** `npm run bench:catalogue [PostgreSQL PGlite]`: what searches and lists cost as the catalogue grows. */
import { startEngines } from './engines.ts';
import { benchSearch } from './search.ts';
import { formatTable } from './table.ts';

const asked = process.argv.slice(2);
const engines = await startEngines();
try {
  if (engines.missing !== null) process.stdout.write(`${engines.missing}\n`);
  for (const engine of engines.list.toReversed()) {
    if (asked.length > 0 && !asked.includes(engine.name)) continue;
    process.stdout.write(`${formatTable(await benchSearch(engine))}\n`);
  }
} finally {
  await engines.stop();
}

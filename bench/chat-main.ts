/** `npm run bench:chat`: reading messages in a large catalogue, and keeping its names at hand, on both databases. */
import { benchInterpretation, benchVocabulary } from './chat.ts';
import { startEngines } from './engines.ts';
import { formatTable } from './table.ts';

process.stdout.write(`${formatTable(benchInterpretation())}\n`);
const engines = await startEngines();
try {
  if (engines.missing !== null) process.stdout.write(`${engines.missing}\n`);
  process.stdout.write(`${formatTable(await benchVocabulary(engines.list))}\n`);
} finally {
  await engines.stop();
}

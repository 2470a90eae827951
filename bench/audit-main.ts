/** `npm run bench:audit`: sealing and verifying a large audit log, on both databases. */
import { benchAudit } from './audit.ts';
import { startEngines } from './engines.ts';
import { formatTable } from './table.ts';

const engines = await startEngines();
try {
  if (engines.missing !== null) process.stdout.write(`${engines.missing}\n`);
  process.stdout.write(`${formatTable(await benchAudit(engines.list))}\n`);
} finally {
  await engines.stop();
}

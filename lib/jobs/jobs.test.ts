/** Schedules are kept by the job engine in the same database, on both engines. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { describeEachEngine } from '../../test/support/databases.ts';
import { until } from '../../test/support/until.ts';
import { createLog } from '../kernel/log.ts';
import { startJobs } from './jobs.ts';

const log = createLog('silent');

describeEachEngine('scheduled work', (open) => {
  it('is stored with its times, done, and goes on after a failure', async () => {
    const db = await open();
    let count = 0;
    const work = {
      name: 'count',
      cron: '0 0 1 1 *',
      async run() {
        count += 1;
        if (count === 1) throw new Error('the first time fails');
      },
    };
    const jobs = await startJobs(db, log, [work]);
    try {
      const stored = await sql<{ name: string; cron: string }>`select name, cron from jobs.schedule`.execute(
        db.kysely,
      );
      assert.deepEqual(stored.rows, [{ name: 'count', cron: '0 0 1 1 *' }]);
      await jobs.runNow('count');
      await until('it was done once', () => count === 1);
      await jobs.runNow('count');
      await until('it was done again', () => count === 2);
    } finally {
      await jobs.stop(5000);
    }
  });

  it('is there again after a restart', async () => {
    const db = await open();
    for (const expected of [1, 2]) {
      let count = 0;
      const jobs = await startJobs(db, log, [
        {
          name: 'again',
          cron: '0 0 1 1 *',
          async run() {
            count += 1;
          },
        },
      ]);
      await jobs.runNow('again');
      await until(`it was done in start ${expected}`, () => count === 1);
      await jobs.stop(5000);
    }
  });
});

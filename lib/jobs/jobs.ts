/** Background work that is not an install run: schedules kept by pg-boss in the same database; its only home. */
import { fromPglite, PgBoss } from 'pg-boss';
import type { Database } from '../db/database.ts';
import type { Log } from '../kernel/log.ts';

/** Something to do again and again. Of many processes one does it each time. */
export interface Schedule {
  readonly name: string;
  /** Five fields, UTC. */
  readonly cron: string;
  run(): Promise<void>;
}

export interface Jobs {
  /** Does one of the schedules out of turn, in whichever process takes it first. */
  runNow(name: string): Promise<void>;
  /** Ends when work in progress has ended, or after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const SCHEMA = 'jobs';

const CONNECTION = { query_timeout: 20_000, connectionTimeoutMillis: 4000, keepAlive: true };

/** How often due schedules are looked for. */
const CRON_CHECK_SECONDS = 30;

export async function startJobs(db: Database, log: Log, schedules: readonly Schedule[]): Promise<Jobs> {
  const boss = new PgBoss({
    ...connectionOf(db),
    schema: SCHEMA,
    application_name: 'skillconvoy-jobs',
    cronMonitorIntervalSeconds: CRON_CHECK_SECONDS,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job engine met an error'));
  await boss.start();
  for (const schedule of schedules) {
    await boss.createQueue(schedule.name, { policy: 'singleton', retryLimit: 0 });
    await boss.work(schedule.name, async () => await runSchedule(schedule, log));
    await boss.schedule(schedule.name, schedule.cron);
  }
  return {
    async runNow(name) {
      await boss.send(name);
    },
    async stop(graceMs) {
      await boss.stop({ graceful: true, timeout: graceMs });
    },
  };
}

async function runSchedule(schedule: Schedule, log: Log): Promise<void> {
  try {
    await schedule.run();
  } catch (error) {
    log.warn(
      { err: error, schedule: schedule.name },
      'scheduled work failed; it runs again at its next time',
    );
  }
}

function connectionOf(db: Database) {
  if (db.native.engine === 'pglite') return { db: fromPglite(db.native.pglite), backend: 'pglite' as const };
  // What gets no answer is given up; the next look at the queue then makes a new connection.
  return { connectionString: db.native.url, max: 2, ...CONNECTION };
}

/** Does N jobs with one peer and prints how long that took: `node main.js NAME DATABASE_URL REDIS_PORT JOBS CONCURRENCY`. */
import pg from 'pg';

const [name, url, redisPort, jobsText, concurrencyText] = process.argv.slice(2);
const jobs = Number(jobsText);
const concurrency = Number(concurrencyText);
const pool = new pg.Pool({ connectionString: url, max: 10 });

let done = 0;
let finish;
const finished = new Promise((resolve) => {
  finish = resolve;
});

/** What every job does, whoever hands it out: one status update and one audit row. */
async function work(id) {
  await pool.query(`update bench_items set status = 'success' where id = $1`, [id]);
  await pool.query('insert into bench_audit (item_id, action) values ($1, $2)', [id, 'run.succeed']);
  done += 1;
  if (done === jobs) finish();
}

const ids = Array.from({ length: jobs }, (_, index) => index + 1);

const PEERS = {
  async 'graphile-worker'() {
    const { run, makeWorkerUtils } = await import('graphile-worker');
    const utils = await makeWorkerUtils({ connectionString: url });
    await utils.migrate();
    await utils.addJobs(ids.map((id) => ({ identifier: 'work', payload: { id } })));
    const { Logger } = await import('graphile-worker');
    const startedAt = performance.now();
    const runner = await run({
      pgPool: pool,
      concurrency,
      pollInterval: 100,
      noHandleSignals: true,
      logger: new Logger(() => () => {}),
      preset: { worker: { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      taskList: { work: async ({ id }) => await work(id) },
    });
    await finished;
    const elapsed = performance.now() - startedAt;
    await runner.stop();
    await utils.release();
    return elapsed;
  },
  async 'pg-boss'() {
    const { PgBoss } = await import('pg-boss');
    const boss = new PgBoss({ connectionString: url, max: 10 });
    boss.on('error', () => {});
    await boss.start();
    await boss.createQueue('work');
    await boss.insert(
      'work',
      ids.map((id) => ({ data: { id } })),
    );
    const startedAt = performance.now();
    // Its own `work` waits out its poll after a batch; fetching ourselves is what suits it best.
    async function loop() {
      for (;;) {
        const batch = await boss.fetch('work', { batchSize: concurrency / 2 });
        if (!batch?.length) return;
        await Promise.all(batch.map(async ({ data }) => await work(data.id)));
        await boss.complete(
          'work',
          batch.map(({ id }) => id),
        );
      }
    }
    await Promise.all([loop(), loop(), finished]);
    const elapsed = performance.now() - startedAt;
    await boss.stop({ graceful: false });
    return elapsed;
  },
  async bullmq() {
    const { Queue, Worker } = await import('bullmq');
    const connection = { host: '127.0.0.1', port: Number(redisPort), maxRetriesPerRequest: null };
    const queue = new Queue('work', { connection });
    await queue.addBulk(ids.map((id) => ({ name: 'work', data: { id } })));
    const startedAt = performance.now();
    const worker = new Worker('work', async ({ data }) => await work(data.id), { connection, concurrency });
    await finished;
    const elapsed = performance.now() - startedAt;
    await worker.close();
    await queue.close();
    return elapsed;
  },
};

const elapsed = await PEERS[name]();
process.stdout.write(`${JSON.stringify({ name, milliseconds: elapsed })}\n`);
process.exit(0);

/** What the queue and the lists of runs cost: not more because many runs have ended, or wait for a later time. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { sql } from 'kysely';
import { query, transaction } from '../../lib/db/database.ts';
import type { Context, TxContext } from '../../lib/kernel/context.ts';
import { claimRuns, findOverdueRuns } from '../../lib/runs/claim.ts';
import { findStalledRuns } from '../../lib/runs/watchdog-store.ts';
import { selectRunPage } from '../../lib/runs/store.ts';
import { selectInstallationPage } from '../../lib/connections/installation-store.ts';
import { testContext } from '../support/context.ts';
import { describeEachEngine } from '../support/databases.ts';

const RUNS = 20_000;
/** Of rows read; far below the table and far above what a page or a batch needs. */
const CHEAP = 300;

describeEachEngine('among many runs', (open) => {
  let ctx: Context;

  before(async () => {
    ctx = testContext(await open());
    await fill(ctx);
  });

  it('runs that nobody drives on are found', async () => {
    await assertCheap('install_runs', async (tx) => {
      assert.equal((await findOverdueRuns(tx, 500)).length, 10);
      assert.equal((await findStalledRuns(tx, 300_000, 500)).length, 10);
    });
  });

  it('the next runs are found', async () => {
    await assertCheap('install_runs', async (tx) => {
      const claimed = await claimRuns(tx, { workerId: 'w', limit: 10, workerSlots: 32, leaseMs: 1000 });
      assert.equal(claimed.length, 10);
      assert.deepEqual(await claimRuns(tx, { workerId: 'w', limit: 10, workerSlots: 32, leaseMs: 1000 }), []);
    });
  });

  it('a filter that few runs pass is answered', async () => {
    for (const filter of [{ source: 'chat_ops' }, { status: 'failed' as const }, { skillId: 'skl_1' }])
      await assertCheap('install_runs', async (tx) => {
        await selectRunPage(tx, filter, 21, null);
      });
  });

  it('the first page of what a provider holds is answered, of a skill and of what drifted', async () => {
    for (const [filter, expected] of [
      [{ providerId: 'prv_2' }, 21],
      [{ skillId: 'skl_1' }, 1],
      [{ drift: 'in_sync' }, 21],
      [{ drift: 'missing' }, 0],
      [{}, 21],
    ] as const)
      await assertCheap('installations', async (tx) => {
        assert.equal((await selectInstallationPage(tx, filter, 21, null)).length, expected);
      });
  });

  async function assertCheap(table: string, act: (tx: TxContext) => Promise<void>): Promise<void> {
    await transaction(ctx, async (tx) => {
      const before = await rowsRead(tx, table);
      await act(tx);
      const read = (await rowsRead(tx, table)) - before;
      assert.ok(read < CHEAP, `${read} rows of ${table} were read`);
    });
  }
});

async function rowsRead(tx: TxContext, table: string): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::integer as read
    from pg_stat_xact_user_tables where relname = ${table}`.execute(query(tx));
  return rows[0]?.read ?? 0;
}

/** Runs that ended or wait for later, ten that are due, ten whose worker died; a skill each, most installed at one provider. */
async function fill(ctx: Context): Promise<void> {
  await transaction(ctx, async (tx) => {
    for (const statement of [
      sql`insert into skills (id, name, display_name, description, latest_version_id, search_text, created_by)
        select 'skl_' || n, 's' || n, 's', 'd', 'skv_' || n, 's', 'x' from generate_series(1, ${RUNS}::integer) n`,
      sql`insert into skill_versions (id, skill_id, number, digest, source, manifest, files, size_bytes, file_count, created_by)
        select replace(id, 'skl', 'skv'), id, 1, 'd', '{}', '{}', '[]', 1, 1, 'x' from skills`,
      sql`insert into providers (id, slug, kind, display_name, status, config, created_by)
        values ('prv_1', 'p1', 'local', 'p', 'active', '{"maxConcurrent":100}', 'x'), ('prv_2', 'p2', 'local', 'p', 'active', '{}', 'x')`,
      sql`insert into installations (id, provider_id, skill_id, skill_version_id, external_id, drift, installed_by)
        select replace(id, 'skl', 'ins'), case when id < 'skl_9' then 'prv_1' else 'prv_2' end, id, latest_version_id, id, 'in_sync', 'x' from skills`,
      sql`insert into install_batches (id, action, source, requested_by) values ('bat_1', 'install', 'api', '{}')`,
      sql`insert into install_runs (id, batch_id, action, skill_id, skill_version_id, provider_id, status, max_attempts,
          source, requested_by, deadline_at, finished_at, lease_token, lease_until)
        select 'run_' || n, 'bat_1', 'install', 'skl_' || n, 'skv_' || n, 'prv_1', status, 5, 'api', '{}',
          now() + interval '1 hour', case status when 'success' then now() end, case status when 'running' then 't' end,
          case status when 'running' then now() - interval '1 second' end
        from generate_series(1, ${RUNS}::integer) n, lateral (select case
          when n <= ${RUNS / 2}::integer then 'success' when n > ${RUNS - 10}::integer then 'running' else 'queued' end as status) s`,
      sql`update install_runs set next_attempt_at = now() + interval '1 hour'
        where status = 'queued' and id <> all (select 'run_' || n from generate_series(${RUNS - 19}::integer, ${RUNS - 10}::integer) n)`,
      sql`update install_runs set next_attempt_at = now() - interval '10 minutes'
        where status = 'queued' and next_attempt_at < now() + interval '1 minute'`,
    ])
      await statement.execute(query(tx));
  });
  await sql`analyze`.execute(query(ctx));
}

/** How long it takes to seal a large audit log, and to go through the whole of it again. */
import { sql } from 'kysely';
import { sealRecorded } from '../lib/audit/seal.ts';
import { verifyAuditLog } from '../lib/audit/verify-chain.ts';
import { query } from '../lib/db/database.ts';
import type { Context } from '../lib/kernel/context.ts';
import { testContext } from '../test/support/context.ts';
import { type Engine, openNew } from './engines.ts';
import { median, perSecond, type Table } from './table.ts';

const RECORDS = 200_000;
const AT_ONCE = 20_000;
const ROUNDS = 3;

export async function benchAudit(engines: readonly Engine[]): Promise<Table> {
  const rows: string[][] = [];
  for (const engine of engines) rows.push([engine.name, ...(await measure(engine))]);
  return {
    title: `Audit log of ${RECORDS.toLocaleString('en')} records`,
    notes: [
      'Sealed in portions of a thousand as a server does it, then verified whole: every leaf, the chain, each signed root.',
      `Verified ${ROUNDS} times, the median of them.`,
    ],
    head: ['database', 'sealed/s', 'verified in s', 'verified/s'],
    rows,
  };
}

async function measure(engine: Engine): Promise<string[]> {
  const { db, remove } = await openNew(engine);
  try {
    const ctx = testContext(db);
    await fill(ctx);
    const sealing = performance.now();
    while (await sealRecorded(ctx));
    const sealed = performance.now() - sealing;
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      const { ok, checked } = await verifyAuditLog(ctx);
      took.push(performance.now() - startedAt);
      if (!ok || checked !== RECORDS) throw new Error(`${checked} records were verified, ok: ${ok}`);
    }
    const verified = median(took);
    return [
      perSecond(RECORDS / (sealed / 1000)),
      (verified / 1000).toFixed(2),
      perSecond(RECORDS / (verified / 1000)),
    ];
  } finally {
    await remove();
  }
}

/** Records as runs write them. */
async function fill(ctx: Context): Promise<void> {
  for (let from = 1; from <= RECORDS; from += AT_ONCE)
    await sql`
      insert into audit_logs (id, actor, source, action, target_type, target_id, target_name, outcome, change, run, request_id)
      select 'aud_' || lpad(n::text, 26, '0'),
        '{"id":"key_01hzy3v1x2k3m4n5p6q7r8s9t0","name":"ci","role":"operator","type":"api_key"}', 'api', 'run.succeed',
        'install_run', 'run_' || lpad(n::text, 26, '0'), 'pdf-tools', 'success',
        jsonb_build_object('from', 'running', 'to', 'success', 'effect', 'created', 'externalId', 'skill_' || n),
        jsonb_build_object('id', 'run_' || lpad(n::text, 26, '0'), 'attempt', 1), 'req_' || lpad(n::text, 26, '0')
      from generate_series(${from}::integer, ${from + AT_ONCE - 1}::integer) n`.execute(query(ctx));
}

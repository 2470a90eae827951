/** After the faults: waits until every promised run has ended, what landed late was swept, and every account was compared. */
import { openDatabase } from '../../lib/db/database.ts';
import type { Database } from '../../lib/db/database.ts';
import { adapters } from '../../lib/providers/registry.ts';
import { sweepDuplicates } from '../../lib/worker/sweep-duplicates.ts';
import { testContext, workerContext } from '../support/context.ts';
import { silentLog } from '../support/templates.ts';
import { until } from '../support/until.ts';
import { type ClientLog, insist } from './client.ts';
import { KINDS, type Stage, TIMES } from './stage.ts';

/** The database as it is, beside all proxies. */
export async function openTruth(stage: Stage): Promise<Database> {
  return await openDatabase({ databaseUrl: stage.cluster.url, dataDir: '' }, silentLog);
}

/** Ids of the runs that have not ended when the time is over. */
export async function settle(
  stage: Stage,
  log: ClientLog,
  truth: Database,
  withinMs: number,
): Promise<string[]> {
  const unfinished = async (): Promise<string[]> =>
    (
      await truth.kysely
        .selectFrom('install_runs')
        .select('id')
        .where('status', 'in', ['queued', 'running'])
        .execute()
    ).map(({ id }) => id);
  const options = { within: withinMs, every: 200 };
  try {
    await until('every run has ended', async () => (await unfinished()).length === 0, options);
  } catch {
    return await unfinished();
  }
  const ctx = workerContext(
    testContext(truth, {
      settings: { providerTimeoutMs: TIMES.providerTimeoutMs, allowedHosts: ['127.0.0.1'] },
    }),
  );
  await until(
    'what landed late is swept',
    async () => {
      await sweepDuplicates(ctx, adapters);
      return (await countUnswept(truth)) === 0;
    },
    { within: withinMs, every: 500 },
  ).catch(() => {});
  for (const kind of KINDS) await compare(stage, log, kind, withinMs);
  return [];
}

async function countUnswept(truth: Database): Promise<number> {
  const { count } = await truth.kysely
    .selectFrom('provider_intents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('mutation', '=', 'create')
    .where('swept_at', 'is', null)
    .where((eb) => eb.or([eb('doubtful', '=', true), eb('settled_at', 'is', null)]))
    .executeTakeFirstOrThrow();
  return count;
}

async function compare(stage: Stage, log: ClientLog, kind: string, within: number): Promise<void> {
  await insist(stage, log, { method: 'POST', path: `/api/providers/${kind}/verify` });
  const asked = await insist(stage, log, { method: 'POST', path: `/api/providers/${kind}/sync` });
  if (asked.status !== 202) throw new Error(`${kind} is not compared: ${JSON.stringify(asked.body)}`);
  await until(
    `${kind} is compared`,
    async () => {
      const { body } = await insist(stage, log, { method: 'GET', path: `/api/providers/${kind}/sync` });
      return body['finishedAt'];
    },
    { within, every: 200 },
  );
}

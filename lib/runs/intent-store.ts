/** The SQL of `provider_intents`: what was about to be sent, before it was sent. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import type { Mutation } from '../providers/adapter.ts';

export interface IntentTarget {
  readonly runId: string;
  readonly attempt: number;
  readonly providerId: string;
  readonly skillId: string;
}

export async function insertIntent(tx: TxContext, target: IntentTarget, mutation: Mutation): Promise<void> {
  await query(tx)
    .insertInto('provider_intents')
    .values({
      id: newId('intent'),
      run_id: target.runId,
      attempt: target.attempt,
      provider_id: target.providerId,
      skill_id: target.skillId,
      mutation,
    })
    .execute();
}

/** True while somebody wants the run to end. */
export async function isCancelRequested(tx: TxContext, runId: string): Promise<boolean> {
  const row = await query(tx)
    .selectFrom('install_runs')
    .select('cancel_requested_at')
    .where('id', '=', runId)
    .executeTakeFirst();
  return row?.cancel_requested_at != null;
}

/** The time of the oldest request for this target whose outcome is still unknown. */
export async function selectOpenIntentSince(
  ctx: Context,
  providerId: string,
  skillId: string,
): Promise<Date | null> {
  const row = await query(ctx)
    .selectFrom('provider_intents')
    .select((eb) => eb.fn.min('sent_at').as('since'))
    .where('provider_id', '=', providerId)
    .where('skill_id', '=', skillId)
    .where('settled_at', 'is', null)
    .executeTakeFirst();
  return row?.since ?? null;
}

/** Whether this run sent something of which nobody knows what became. */
export async function hasOpenIntent(tx: TxContext, runId: string): Promise<boolean> {
  const row = await query(tx)
    .selectFrom('provider_intents')
    .select('id')
    .where('run_id', '=', runId)
    .where('settled_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What was sent for this run's target is settled. An uninstall looks only at what is recorded, not for lost creates. */
export async function settleIntents(
  tx: TxContext,
  run: {
    readonly action: 'install' | 'uninstall';
    readonly providerId: string;
    readonly skillId: string;
  },
): Promise<void> {
  let open = query(tx)
    .updateTable('provider_intents')
    .set({ settled_at: sql<Date>`clock_timestamp()` })
    .where('provider_id', '=', run.providerId)
    .where('skill_id', '=', run.skillId)
    .where('settled_at', 'is', null);
  if (run.action === 'uninstall') open = open.where('mutation', '<>', 'create');
  await open.execute();
}

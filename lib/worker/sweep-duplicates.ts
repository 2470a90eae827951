/** Removes what a request of ours made a second time because it landed after it had been given up for lost. */
import { recordAudit } from '../audit/record.ts';
import { callFor } from '../connections/call.ts';
import { openConnection } from '../connections/credentials.ts';
import { findConnection } from '../connections/read-connections.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import type { Adapters, Call, Connection, ListedSkill, ProviderAdapter } from '../providers/adapter.ts';
import { isInWindow } from '../providers/adopt.ts';
import {
  type DoubtfulCreates,
  insertIntents,
  markSwept,
  selectDoubtfulCreates,
  settleDeletes,
} from '../runs/intent-store.ts';
import { findOwnObjects } from './own-objects.ts';

const SWEEP_LIMIT = 50;
/** A request that was not answered lands within so many of a call's time limits, or never. */
const LANDING_TIMEOUTS = 10;

/** Looks after every target with a doubtful create. Returns how many objects were removed. */
export async function sweepDuplicates(ctx: Context, adapters: Adapters): Promise<number> {
  let removed = 0;
  for (const creates of await selectDoubtfulCreates(ctx, landingMs(ctx), SWEEP_LIMIT)) {
    try {
      removed += await sweepTarget(ctx, adapters, creates);
    } catch (error) {
      // It stays unswept and is looked after again at the next time.
      ctx.log.warn({ err: error, providerId: creates.providerId }, 'duplicates could not be looked for');
    }
  }
  return removed;
}

async function sweepTarget(ctx: Context, adapters: Adapters, creates: DoubtfulCreates): Promise<number> {
  const row = await findConnection(ctx, creates.providerId);
  if (row.status !== 'active') return 0;
  const adapter = adapters[row.kind];
  const connection = openConnection(ctx, row);
  const signal = AbortSignal.timeout(ctx.settings.runTimeoutMs);
  const call = callFor(ctx, row, signal, async () => await announce(ctx, creates));
  const extra =
    adapter.capabilities.idOwner === 'server' ? await findExtra(ctx, adapter, connection, call, creates) : [];
  for (const skill of extra) await remove(ctx, adapter, connection, call, creates, skill);
  await transaction(ctx, async (tx) => await markSwept(tx, creates));
  return extra.length;
}

/** Ours, made by one of these requests, and not what is recorded. Without a record nothing is removed: a person decides. */
async function findExtra(
  ctx: Context,
  adapter: ProviderAdapter,
  connection: Connection,
  call: Call,
  creates: DoubtfulCreates,
): Promise<ListedSkill[]> {
  if (creates.externalId === null) return [];
  const target = { skillId: creates.skillId, skillName: creates.skillName };
  const own = await findOwnObjects(ctx, adapter, connection, call, target, (createdAt) =>
    isOfThatTime(createdAt, creates, landingMs(ctx)),
  );
  return own.filter(({ externalId }) => externalId !== creates.externalId);
}

function landingMs(ctx: Context): number {
  return LANDING_TIMEOUTS * ctx.settings.providerTimeoutMs;
}

function isOfThatTime(
  createdAt: Date,
  { firstSentAt, lastSentAt }: DoubtfulCreates,
  withinMs: number,
): boolean {
  return isInWindow(createdAt, firstSentAt) && createdAt.getTime() <= lastSentAt.getTime() + withinMs;
}

async function announce(
  ctx: Context,
  { runId, attempt, providerId, skillId }: DoubtfulCreates,
): Promise<void> {
  await transaction(
    ctx,
    async (tx) => await insertIntents(tx, [{ runId, attempt, providerId, skillId, mutation: 'delete' }]),
  );
}

async function remove(
  ctx: Context,
  adapter: ProviderAdapter,
  connection: Connection,
  call: Call,
  creates: DoubtfulCreates,
  skill: ListedSkill,
): Promise<void> {
  const { effect } = await adapter.uninstall(connection, skill, call);
  await transaction(ctx, async (tx) => {
    await settleDeletes(tx, creates.runId);
    await recordAudit(tx, {
      action: 'provider.remove_duplicate',
      target: { type: 'provider', id: creates.providerId },
      change: { externalId: skill.externalId, kept: creates.externalId, skillId: creates.skillId, effect },
      run: { id: creates.runId, attempt: creates.attempt },
    });
  });
  ctx.log.info({ providerId: creates.providerId, externalId: skill.externalId }, 'a duplicate was removed');
}

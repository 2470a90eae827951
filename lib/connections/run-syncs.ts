/** Works comparisons off: takes one, compares a slice of time long, and can be taken up again by any process. */
import { recordAudit } from '../audit/record.ts';
import { transaction } from '../db/database.ts';
import type { StoredSyncError } from '../db/sync-tables.ts';
import type { Workload } from '../jobs/workload.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { ProviderError, type ProviderFailure } from '../providers/adapter.ts';
import { adapterFor } from '../providers/registry.ts';
import { callFor, refuseMutation } from './call.ts';
import { openConnection } from './credentials.ts';
import { refusesCredential, signalOf } from './gate.ts';
import { signalGate } from './gate-store.ts';
import { countDrifts } from './inventory-store.ts';
import { holdConnections } from './lifecycle-store.ts';
import { findConnection } from './read-connections.ts';
import { refuseConnection } from './refuse-connection.ts';
import type { ConnectionRow } from './store.ts';
import { syncConnection } from './sync-connection.ts';
import {
  type ClaimedSync,
  claimSync,
  extendSyncLease,
  finishSync,
  holdSyncLease,
  releaseSync,
  selectExhaustedSyncs,
  type SyncEnd,
} from './sync-store.ts';

const MAX_ATTEMPTS = 5;
const RETRY_AFTER_MS = 15_000;
/** Then another connection has its turn; what was looked at is not asked for again. */
const SLICE_MS = 300_000;

/** Another process has it by now, its connection is gone, its slice is over, or this process stops. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export function syncWorkload(ctx: Context): Workload {
  return {
    name: 'provider syncs',
    channel: 'syncs_queued',
    async next(signal) {
      await endExhausted(ctx);
      const claimed = await claimSync(ctx, { leaseMs: ctx.settings.runLeaseMs, maxAttempts: MAX_ATTEMPTS });
      if (!claimed) return false;
      await attempt(ctx, claimed, signal);
      return true;
    },
  };
}

async function attempt(ctx: Context, claimed: ClaimedSync, stopping: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const beat = setInterval(() => {
    extendSyncLease(ctx, claimed, ctx.settings.runLeaseMs).then(
      (isOurs) => isOurs || lost.abort(),
      // The lease may run out; whoever writes next is told.
      (error: unknown) => ctx.log.warn({ err: error, ...named(claimed) }, 'a lease could not be extended'),
    );
  }, ctx.settings.runLeaseMs / 3);
  const slice = AbortSignal.timeout(SLICE_MS);
  const progress = { isMade: false };
  let row: ConnectionRow | null = null;
  try {
    row = await findConnection(ctx, claimed.providerId);
    const signal = AbortSignal.any([stopping, lost.signal, slice]);
    if (row.status === 'active') await compare(ctx, claimed, row, signal, progress);
    await end(ctx, claimed, row);
  } catch (error) {
    if (stopping.aborted || (slice.aborted && !lost.signal.aborted)) {
      const countsAttempt = !stopping.aborted && !progress.isMade;
      await releaseSync(ctx, claimed, { delayMs: 0, countsAttempt, error: null });
      ctx.db.notify('syncs_queued');
      return;
    }
    if (error instanceof Interrupted || lost.signal.aborted || isGone(error)) return;
    await fail(ctx, claimed, row, error);
  } finally {
    clearInterval(beat);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof AppError && error.code === 'not_found:provider';
}

async function compare(
  ctx: Context,
  claimed: ClaimedSync,
  row: ConnectionRow,
  signal: AbortSignal,
  progress: { isMade: boolean },
): Promise<void> {
  await syncConnection(ctx, {
    providerId: row.id,
    adapter: adapterFor(row.kind),
    connection: openConnection(ctx, row),
    call: callFor(ctx, row, signal, refuseMutation),
    doneSince:
      claimed.attempt > 1 || Date.now() - claimed.startedAt.getTime() > SLICE_MS ? claimed.startedAt : null,
    isLast: claimed.attempt >= MAX_ATTEMPTS,
    async fence(tx) {
      await fence(tx, claimed);
    },
    onProgress() {
      progress.isMade = true;
    },
  });
}

/** A connection that is being deleted is waited for: its row is gone then. */
async function fence(tx: TxContext, claimed: ClaimedSync): Promise<void> {
  await holdConnections(tx, [claimed.providerId]);
  if (!(await holdSyncLease(tx, claimed))) throw new Interrupted();
}

async function end(ctx: Context, claimed: ClaimedSync, row: ConnectionRow): Promise<void> {
  await transaction(ctx, async (tx) => {
    if (row.status !== 'active') {
      await finish(tx, claimed, row, { status: 'failed', error: notActive(row), counts: null });
      return;
    }
    const counts = await countDrifts(tx, row.id);
    await finish(tx, claimed, row, { status: 'success', error: null, counts });
    await signalGate(tx, row.id, { type: 'up' });
  });
  ctx.db.notify('syncs_queued');
}

function notActive(row: ConnectionRow): StoredSyncError {
  const reason = row.status === 'inactive' ? 'it was switched off' : 'its last check failed';
  return { code: 'conflict:provider', message: `${row.slug} cannot be asked: ${reason}` };
}

/** What the provider answered concerns its runs too. What may pass is tried again. */
async function fail(
  ctx: Context,
  claimed: ClaimedSync,
  row: ConnectionRow | null,
  thrown: unknown,
): Promise<void> {
  const failure = thrown instanceof ProviderError ? thrown.failure : null;
  if (failure === null)
    ctx.log.error({ err: thrown, ...named(claimed) }, 'a comparison met an unexpected error');
  const error = failure === null ? UNEXPECTED : { code: failure.code, message: failure.message };
  const mayPass = failure === null || failure.retryable;
  await transaction(ctx, async (tx) => {
    if (mayPass && claimed.attempt < MAX_ATTEMPTS) {
      const delayMs = Math.max(
        failure?.retryAfterMs ?? 0,
        Math.min(RETRY_AFTER_MS, ctx.settings.runLeaseMs) * claimed.attempt,
      );
      await releaseSync(tx, claimed, { delayMs, countsAttempt: true, error });
    } else {
      await finish(tx, claimed, row, { status: 'failed', error, counts: null });
    }
    if (failure !== null && row !== null) await tellConnection(tx, row, failure);
  });
}

async function tellConnection(tx: TxContext, row: ConnectionRow, failure: ProviderFailure): Promise<void> {
  const signal = signalOf(failure);
  if (signal !== null) await signalGate(tx, row.id, signal);
  if (!refusesCredential(failure)) return;
  const { id, slug, credential } = row;
  const credentialsStoredAt = credential?.updatedAt ?? null;
  await refuseConnection(tx, { id, slug, credentialsStoredAt }, failure);
}

const UNEXPECTED: StoredSyncError = {
  code: 'internal:api',
  message: 'An unexpected error ended the comparison; the log has it under the id of the provider',
};

async function finish(
  tx: TxContext,
  lease: { readonly providerId: string; readonly token: string | null },
  row: Pick<ConnectionRow, 'slug'> | null,
  how: SyncEnd,
): Promise<void> {
  if (!(await finishSync(tx, lease, how))) return;
  await recordAudit(tx, {
    action: 'provider.sync',
    target: { type: 'provider', id: lease.providerId, ...(row && { name: row.slug }) },
    outcome: how.status === 'failed' ? 'failure' : 'success',
    ...(how.error && { code: how.error.code }),
    change: { status: how.status, ...(how.counts && { counts: { ...how.counts } }) },
  });
}

/** Those whose workers died in every attempt. */
async function endExhausted(ctx: Context): Promise<void> {
  const message = `Gave up after ${MAX_ATTEMPTS} attempts: the process that worked on it ended each time`;
  await transaction(ctx, async (tx) => {
    for (const providerId of await selectExhaustedSyncs(tx, MAX_ATTEMPTS)) {
      const error = { code: 'internal:api', message };
      await finish(tx, { providerId, token: null }, null, { status: 'failed', error, counts: null });
    }
  });
}

function named({ providerId }: ClaimedSync): { providerId: string } {
  return { providerId };
}

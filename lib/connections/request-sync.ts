/** Asks for comparisons with what accounts hold, and tells how the last one went. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { holdConnections } from './lifecycle-store.ts';
import { findConnection } from './read-connections.ts';
import type { ConnectionRow } from './store.ts';
import { enqueueSync, selectDueConnections, selectSync, type SyncRow } from './sync-store.ts';
import type { ConnectionSync } from './sync-schema.ts';

const EVERY_MS = 3_600_000;
/** How often the schedule comes round in that time: each time its share, so that they are spread. */
const ROUNDS = 12;
const LEAST_A_ROUND = 10;

/** One that waits already answers for this one too. Throws `not_found:provider` and `conflict:provider`. */
export async function requestSync(ctx: Context, nameOrId: string): Promise<ConnectionSync> {
  requireRole(ctx, 'operator');
  const shown = await transaction(ctx, async (tx) => {
    await holdConnections(tx, [nameOrId]);
    const connection = await findConnection(tx, nameOrId);
    if (connection.status !== 'active') {
      const hint = 'only an active provider can be compared; verify it or switch it on first';
      throw new AppError('conflict:provider', `${connection.slug} is ${connection.status}: ${hint}`);
    }
    if (await enqueueSync(tx, connection.id)) {
      await recordAudit(tx, {
        action: 'provider.sync',
        target: { type: 'provider', id: connection.id, name: connection.slug },
        change: { status: 'queued' },
      });
    }
    const row = await selectSync(tx, connection.id);
    if (!row) throw new Error('a comparison that was asked for has a row');
    return shapeSync(connection, row);
  });
  ctx.db.notify('syncs_queued');
  return shown;
}

/** The last one, or the one that waits. Throws `not_found:provider` also when there was none yet. */
export async function getSync(ctx: Context, nameOrId: string): Promise<ConnectionSync> {
  requireRole(ctx, 'viewer');
  const connection = await findConnection(ctx, nameOrId);
  const row = await selectSync(ctx, connection.id);
  if (row) return shapeSync(connection, row);
  throw new AppError(
    'not_found:provider',
    `${connection.slug} was not compared yet; POST here to ask for it`,
  );
}

/** For the schedule. */
export async function requestDueSyncs(ctx: Context): Promise<void> {
  const due = await selectDueConnections(ctx, { everyMs: EVERY_MS, rounds: ROUNDS, least: LEAST_A_ROUND });
  for (const { id } of due) {
    try {
      await requestSync(ctx, id);
    } catch (error) {
      // Deleted or switched off meanwhile.
      if (!(error instanceof AppError) || error.kind === 'offline') throw error;
    }
  }
}

function shapeSync({ id, slug }: ConnectionRow, row: SyncRow): ConnectionSync {
  const { wanted_at: wantedAt, counts } = row;
  const provider = { id, slug };
  if (wantedAt !== null) {
    const requestedAt = wantedAt.toISOString();
    return {
      provider,
      status: 'queued',
      requestedAt,
      startedAt: null,
      finishedAt: null,
      error: null,
      counts,
    };
  }
  return {
    provider,
    status: row.status,
    requestedAt: row.requested_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    error: row.error,
    counts,
  };
}

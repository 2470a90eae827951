/** Asks a provider whether a connection works: one cheap real call, bounded, its outcome stored. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError, isStoredCode, STORED_CODES } from '../kernel/errors.ts';
import type { Connection as OpenConnection } from '../providers/adapter.ts';
import { ProviderError } from '../providers/adapter.ts';
import { adapterFor } from '../providers/registry.ts';
import { type CheckCause, insertCheck } from './check-store.ts';
import { refuseMutation, traceExchange } from './call.ts';
import { openConnection } from './credentials.ts';
import { openGate } from './gate-store.ts';
import { findConnection, shapeConnection } from './read-connections.ts';
import type { Connection } from './schema.ts';
import { type ConnectionRow, type StoredCheck, updateConnectionRow } from './store.ts';

const VERIFY_TIMEOUT_MS = 10_000;

/** Checks now and stores the outcome. A connection that a person switched off stays off. */
export async function verifyConnection(
  ctx: Context,
  nameOrId: string,
  cause: 'demand' | 'schedule' = 'demand',
): Promise<Connection> {
  requireRole(ctx, 'admin');
  const row = await findConnection(ctx, nameOrId);
  const check = await checkConnection(ctx, openConnection(ctx, row));
  await storeCheck(ctx, row, cause, check);
  return shapeConnection(await findConnection(ctx, row.id));
}

/** One call to the provider; a refusal is an outcome, not an exception. */
export async function checkConnection(ctx: Context, connection: OpenConnection): Promise<StoredCheck> {
  const checkedAt = ctx.clock.now();
  const startedAt = performance.now();
  try {
    const verified = await adapterFor(connection.kind).verify(connection, {
      fetch: ctx.egress,
      signal: AbortSignal.timeout(VERIFY_TIMEOUT_MS),
      timeoutMs: VERIFY_TIMEOUT_MS,
      beforeRequest: async () => {},
      beforeMutation: refuseMutation,
      onExchange: (exchange) => traceExchange(ctx, connection, exchange),
    });
    return { checkedAt, latencyMs: Math.round(verified.latencyMs), error: null };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { code, message, providerStatus, providerRequestId } = error.failure;
    return {
      checkedAt,
      latencyMs: Math.round(performance.now() - startedAt),
      error: { code, message, providerStatus, providerRequestId },
    };
  }
}

/** Whether a connection can be used, after a check: one that worked is not given up for an error that passes. */
export function statusAfter(
  before: Connection['status'] | null,
  check: StoredCheck,
): Exclude<Connection['status'], 'inactive'> {
  if (check.error === null) return 'active';
  return before === 'active' && isPassing(check.error.code) ? 'active' : 'error';
}

function isPassing(code: string): boolean {
  return isStoredCode(code) && STORED_CODES[code].retryable;
}

async function storeCheck(
  ctx: Context,
  row: ConnectionRow,
  cause: CheckCause,
  check: StoredCheck,
): Promise<void> {
  const status = row.status === 'inactive' ? 'inactive' : statusAfter(row.status, check);
  await transaction(ctx, async (tx) => {
    const isStored = await updateConnectionRow(tx, row.id, row.revision, { status, check });
    if (!isStored)
      throw new AppError(
        'conflict:provider',
        `${row.slug} was changed while it was being verified; try again`,
      );
    await insertCheck(tx, row.id, cause, check);
    if (check.error === null) await openGate(tx, row.id);
    await recordAudit(tx, {
      action: 'provider.verify',
      target: { type: 'provider', id: row.id, name: row.slug },
      outcome: check.error === null ? 'success' : 'failure',
      ...(check.error !== null && { code: check.error.code }),
      change: { from: row.status, to: status },
    });
  });
}

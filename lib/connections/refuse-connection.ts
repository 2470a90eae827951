/** Turns a connection to `error` when a run found its credentials refused, so that the next runs are not. */
import { recordAudit } from '../audit/record.ts';
import type { TxContext } from '../kernel/context.ts';
import type { ProviderFailure } from '../providers/adapter.ts';
import { insertCheck } from './check-store.ts';
import { refuseConnectionRow } from './store.ts';

/**
 * `credentialsStoredAt`: of those that were refused; another key they were sealed with meanwhile makes them no newer.
 * Newer ones, or a connection somebody switched off, are left alone.
 */
export async function refuseConnection(
  tx: TxContext,
  connection: { id: string; slug: string; credentialsStoredAt: Date | null },
  failure: ProviderFailure,
): Promise<void> {
  const { code, message, providerStatus, providerRequestId } = failure;
  const check = {
    checkedAt: tx.clock.now(),
    latencyMs: null,
    error: { code, message, providerStatus, providerRequestId },
  };
  const isRefused = await refuseConnectionRow(tx, connection.id, connection.credentialsStoredAt, check);
  if (!isRefused) return;
  await insertCheck(tx, connection.id, 'run', check);
  await recordAudit(tx, {
    action: 'provider.refuse',
    target: { type: 'provider', id: connection.id, name: connection.slug },
    outcome: 'failure',
    code,
    change: { from: 'active', to: 'error' },
  });
}

/** Writes an audit row in the transaction of the change it tells of: no row, no change. */
import { newId } from '../kernel/ids.ts';
import type { Json } from '../kernel/canonical-json.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import type { AuditAction } from './actions.ts';
import { insertAuditRows } from './store.ts';

export type AuditOutcome = 'success' | 'failure' | 'denied' | 'unknown';

export interface AuditEntry {
  readonly action: AuditAction;
  readonly target: { readonly type: string; readonly id: string; readonly name?: string };
  readonly outcome?: AuditOutcome;
  /** Answer or stored code, where the outcome is not success. */
  readonly code?: string;
  /** What changed. Never a secret: digests, fingerprints and field names instead of values. */
  readonly change?: { readonly [key: string]: Json };
  readonly run?: { readonly id: string; readonly attempt: number };
  readonly note?: string;
}

export async function recordAudit(tx: TxContext, entry: AuditEntry): Promise<void> {
  await recordAudits(tx, [entry]);
}

/** Many entries of one transaction, in one statement. */
export async function recordAudits(tx: TxContext, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const actor = actorOf(tx);
  await insertAuditRows(
    tx,
    entries.map((entry) => ({
      id: newId('audit'),
      actor,
      source: tx.source,
      action: entry.action,
      targetType: entry.target.type,
      targetId: entry.target.id,
      targetName: entry.target.name ?? null,
      outcome: entry.outcome ?? 'success',
      code: entry.code ?? null,
      change: entry.change ?? null,
      run: entry.run ?? null,
      requestId: tx.requestId,
      note: entry.note ?? null,
    })),
  );
}

function actorOf(ctx: Context): { type: string; id: string; name: string; role: string } {
  const { type, id, name, role } = ctx.principal;
  return { type, id, name, role };
}

/** The SQL of `audit_logs`. */
import type { Json } from '../kernel/canonical-json.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { query } from '../db/database.ts';
import type { AuditLogFilter } from './schema.ts';

export interface NewAuditRow {
  readonly id: string;
  readonly actor: {
    readonly type: string;
    readonly id: string;
    readonly name: string;
    readonly role: string;
  };
  readonly source: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly targetName: string | null;
  readonly outcome: 'success' | 'failure' | 'denied' | 'unknown';
  readonly code: string | null;
  readonly change: { readonly [key: string]: Json } | null;
  readonly run: { readonly id: string; readonly attempt: number } | null;
  readonly requestId: string | null;
  readonly note: string | null;
}

export async function insertAuditRows(tx: TxContext, rows: readonly NewAuditRow[]): Promise<void> {
  await query(tx)
    .insertInto('audit_logs')
    .values(
      rows.map((row) => ({
        id: row.id,
        actor: JSON.stringify(row.actor),
        source: row.source,
        action: row.action,
        target_type: row.targetType,
        target_id: row.targetId,
        target_name: row.targetName,
        outcome: row.outcome,
        code: row.code,
        change: row.change === null ? null : JSON.stringify(row.change),
        run: row.run === null ? null : JSON.stringify(row.run),
        request_id: row.requestId,
        note: row.note,
      })),
    )
    .execute();
}

export type AuditLogRow = Awaited<ReturnType<typeof selectAuditLogs>>[number];

/** Newest first; `beforeId` is the last id of the page before. */
export async function selectAuditLogs(
  ctx: Context,
  filter: AuditLogFilter,
  limit: number,
  beforeId: string | null,
) {
  let rows = query(ctx).selectFrom('audit_logs').selectAll().orderBy('id', 'desc').limit(limit);
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  if (filter.action !== undefined) rows = rows.where('action', '=', filter.action);
  if (filter.target !== undefined) rows = rows.where('target_id', '=', filter.target);
  if (filter.outcome !== undefined) rows = rows.where('outcome', '=', filter.outcome);
  if (filter.actor !== undefined)
    rows = rows.where((eb) => eb(eb.ref('actor', '->>').key('id'), '=', filter.actor ?? ''));
  if (filter.from !== undefined) rows = rows.where('time', '>=', new Date(filter.from));
  if (filter.to !== undefined) rows = rows.where('time', '<', new Date(filter.to));
  return await rows.execute();
}

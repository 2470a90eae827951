/** The SQL of `audit_logs`. */
import type { Json } from '../kernel/canonical-json.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { firstIdAt } from '../kernel/ids.ts';
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
  let rows = matching(ctx, filter).orderBy('id', 'desc').limit(limit);
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.execute();
}

/** Oldest first, for reading everything. */
export async function selectAuditLogsAfter(
  ctx: Context,
  filter: AuditLogFilter,
  limit: number,
  afterId: string | null,
) {
  let rows = matching(ctx, filter).orderBy('id').limit(limit);
  if (afterId !== null) rows = rows.where('id', '>', afterId);
  return await rows.execute();
}

export async function selectAuditLog(ctx: Context, id: string) {
  return await query(ctx).selectFrom('audit_logs').selectAll().where('id', '=', id).executeTakeFirst();
}

/** How far the clocks of processes and of the database may lie apart. */
const CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;

function matching(ctx: Context, filter: AuditLogFilter) {
  let rows = query(ctx)
    .selectFrom('audit_logs')
    .leftJoin('audit_seals', 'audit_seals.audit_id', 'audit_logs.id')
    .selectAll('audit_logs')
    .select(['audit_seals.seq', 'audit_seals.hash']);
  if (filter.action !== undefined) rows = rows.where('action', '=', filter.action);
  if (filter.target !== undefined) rows = rows.where('target_id', '=', filter.target);
  if (filter.outcome !== undefined) rows = rows.where('outcome', '=', filter.outcome);
  if (filter.actor !== undefined)
    rows = rows.where((eb) => eb(eb.ref('actor', '->>').key('id'), '=', filter.actor ?? ''));
  // Ids begin with the time they were made at: they narrow the search to the period and a day around it.
  if (filter.from !== undefined) {
    const from = new Date(filter.from);
    rows = rows
      .where('time', '>=', from)
      .where('id', '>=', firstIdAt('audit', from.getTime() - CLOCK_SKEW_MS));
  }
  if (filter.to !== undefined) {
    const to = new Date(filter.to);
    rows = rows.where('time', '<', to).where('id', '<', firstIdAt('audit', to.getTime() + CLOCK_SKEW_MS));
  }
  return rows;
}

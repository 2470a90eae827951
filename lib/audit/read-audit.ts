/** Reads the audit log, newest first. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../kernel/cursor.ts';
import type { AuditLog, AuditLogFilter } from './schema.ts';
import { type AuditLogRow, selectAuditLogs } from './store.ts';

export async function listAuditLogs(
  ctx: Context,
  input: { filter: AuditLogFilter; limit: number; cursor: string | undefined },
): Promise<Page<AuditLog>> {
  requireRole(ctx, 'auditor');
  const scope = { list: 'audit', ...input.filter };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectAuditLogs(ctx, input.filter, input.limit + 1, beforeId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeAuditLog);
}

export function shapeAuditLog(row: AuditLogRow): AuditLog {
  return {
    id: row.id,
    time: row.time.toISOString(),
    actor: row.actor,
    source: row.source,
    action: row.action,
    target: { type: row.target_type, id: row.target_id, name: row.target_name },
    outcome: row.outcome,
    code: row.code,
    change: row.change,
    run: row.run,
    request: { id: row.request_id },
    note: row.note,
    seal:
      row.seq === null || row.hash === null
        ? null
        : { seq: row.seq, hash: Buffer.from(row.hash).toString('hex') },
  };
}

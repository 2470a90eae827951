/** Reads the audit log, newest first. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, encodeCursor } from '../kernel/cursor.ts';
import type { AuditLog, AuditLogFilter } from './schema.ts';
import { selectAuditLogs } from './store.ts';

export interface AuditPage {
  readonly items: AuditLog[];
  readonly nextCursor: string | null;
}

export async function listAuditLogs(
  ctx: Context,
  input: { filter: AuditLogFilter; limit: number; cursor: string | undefined },
): Promise<AuditPage> {
  requireRole(ctx, 'auditor');
  const scope = { list: 'audit', ...input.filter };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectAuditLogs(ctx, input.filter, input.limit + 1, beforeId);
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
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
    })),
    nextCursor: rows.length > input.limit && last ? encodeCursor(scope, [last.id]) : null,
  };
}

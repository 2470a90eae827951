/** The audit log as CloudEvents 1.0, oldest first, for whoever keeps events of many systems. */
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { shapeAuditLog } from './read-audit.ts';
import { recordAudit } from './record.ts';
import type { AuditLog, AuditLogFilter } from './schema.ts';
import { selectAuditLogsAfter } from './store.ts';

const ROWS_AT_ONCE = 500;

export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  /** `skillconvoy.audit.<action>` */
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: AuditLog;
}

/** That it was exported is on record, too. Lines of JSON; what is recorded while they are read may be among them. */
export async function exportAuditLog(ctx: Context, filter: AuditLogFilter): Promise<AsyncIterable<string>> {
  requireRole(ctx, 'auditor');
  await transaction(ctx, async (tx) => {
    await recordAudit(tx, {
      action: 'audit.export',
      target: { type: 'audit_log', id: 'audit_log' },
      change: { filter: { ...filter } },
    });
  });
  return lines(ctx, filter);
}

async function* lines(ctx: Context, filter: AuditLogFilter): AsyncGenerator<string> {
  let after: string | null = null;
  for (;;) {
    const rows = await selectAuditLogsAfter(ctx, filter, ROWS_AT_ONCE, after);
    if (rows.length > 0)
      yield rows.map((row) => `${JSON.stringify(cloudEvent(shapeAuditLog(row)))}\n`).join('');
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)?.id ?? null;
  }
}

export function cloudEvent(log: AuditLog): CloudEvent {
  return {
    specversion: '1.0',
    id: log.id,
    source: '/skillconvoy/audit',
    type: `skillconvoy.audit.${log.action}`,
    subject: `${log.target.type}/${log.target.id}`,
    time: log.time,
    datacontenttype: 'application/json',
    data: log,
  };
}

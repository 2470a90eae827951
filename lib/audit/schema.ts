/** The shapes of audit records and their filters. */
import { z } from 'zod';
import { AUDIT_ACTIONS } from './actions.ts';

export const AuditLogFilter = z.strictObject({
  actor: z.string().optional().meta({ description: 'id of the principal' }),
  action: z.enum(AUDIT_ACTIONS).optional(),
  target: z.string().optional().meta({ description: 'id of the thing acted on' }),
  outcome: z.enum(['success', 'failure', 'denied', 'unknown']).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});
export type AuditLogFilter = z.infer<typeof AuditLogFilter>;

export const AuditLog = z
  .object({
    id: z.string(),
    time: z.string().meta({ format: 'date-time' }),
    actor: z.object({ type: z.string(), id: z.string(), name: z.string(), role: z.string() }),
    source: z.string(),
    action: z.string(),
    target: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }),
    outcome: z.enum(['success', 'failure', 'denied', 'unknown']),
    code: z.string().nullable(),
    change: z.record(z.string(), z.unknown()).nullable(),
    run: z.object({ id: z.string(), attempt: z.number() }).nullable(),
    request: z.object({ id: z.string().nullable() }),
    note: z.string().nullable(),
  })
  .meta({ id: 'AuditLog' });
export type AuditLog = z.infer<typeof AuditLog>;

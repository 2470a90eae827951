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
    seal: z
      .object({
        seq: z.int(),
        hash: z.string().meta({ description: 'SHA-256 over the hash before and this' }),
      })
      .nullable()
      .meta({ description: 'its place in the chain; null for the second before it has one' }),
  })
  .meta({ id: 'AuditLog' });
export type AuditLog = z.infer<typeof AuditLog>;

export const AuditBreak = z.object({
  seq: z.int().nullable(),
  id: z.string().nullable(),
  what: z.string(),
});
export type AuditBreak = z.infer<typeof AuditBreak>;

export const AuditVerification = z
  .object({
    ok: z.boolean(),
    checked: z.int().meta({ description: 'records whose hashes were computed anew' }),
    firstBroken: AuditBreak.nullable(),
    prunedBefore: z
      .int()
      .meta({ description: 'records that retention took away; their signed roots are kept' }),
    unsealed: z.int().meta({ description: 'records of the last second, which have no seal yet' }),
    checkpoints: z.int(),
    anchors: z.int().meta({ description: 'checkpoints in the file outside of the database' }),
  })
  .meta({ id: 'AuditVerification' });
export type AuditVerification = z.infer<typeof AuditVerification>;

export const AuditProof = z
  .object({
    record: z.string().meta({ description: 'canonical JSON; leaf hash = SHA-256(0x00, record)' }),
    leafIndex: z.int(),
    treeSize: z.int(),
    leafHash: z.string(),
    hashes: z.array(z.string()).meta({ description: 'RFC 6962 inclusion proof, base64, lowest first' }),
    checkpoint: z.string().meta({ description: 'C2SP signed checkpoint with the root' }),
    verifierKeys: z.array(z.string()),
  })
  .meta({ id: 'AuditProof' });
export type AuditProof = z.infer<typeof AuditProof>;

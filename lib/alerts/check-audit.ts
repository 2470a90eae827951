/** Verifies the audit log and tells people when it was changed. */
import type { AuditBreak, AuditVerification } from '../audit/schema.ts';
import { verifyAuditLog } from '../audit/verify-chain.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { insertAlerts, lockWatch } from './alert-store.ts';
import type { NewAlert } from './alert-types.ts';

/** As verifyAuditLog does, with an alert when something is wrong. */
export async function checkAuditLog(ctx: Context): Promise<AuditVerification> {
  const verification = await verifyAuditLog(ctx);
  const { firstBroken } = verification;
  if (firstBroken === null) return verification;
  await transaction(ctx, async (tx) => {
    await lockWatch(tx);
    await insertAlerts(tx, [brokenLog(firstBroken)]);
  });
  return verification;
}

export function brokenLog(found: AuditBreak): NewAlert {
  const where = found.seq === null ? (found.id ?? 'somewhere') : `record ${found.seq}`;
  return {
    type: 'audit.broken',
    subject: `${found.seq ?? ''} ${found.id ?? ''} ${found.what}`.slice(0, 300),
    title: `The audit log was changed at ${where}: ${found.what}; see GET /api/audit-logs/verify`,
    data: { seq: found.seq, id: found.id, what: found.what },
    count: 1,
  };
}

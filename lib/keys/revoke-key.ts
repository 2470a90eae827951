/** Ends an API key for good. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { markKeyRevoked, selectKey } from '../auth/store.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';

/** Revoking a revoked key changes nothing. Throws `not_found:auth`. */
export async function revokeKey(ctx: Context, id: string): Promise<void> {
  requireRole(ctx, 'admin');
  await transaction(ctx, async (tx) => {
    const key = await selectKey(tx, id);
    if (!key) throw new AppError('not_found:auth', `There is no API key ${id}`);
    if (key.revoked_at !== null) return;
    await markKeyRevoked(tx, id);
    await recordAudit(tx, { action: 'key.revoke', target: { type: 'api_key', id, name: key.name } });
  });
}

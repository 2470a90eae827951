/** Makes a key in the place of another, which goes on for a while so that nobody is locked out. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { endKeyBy, selectKey } from '../auth/store.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { createKey } from './create-key.ts';
import type { CreatedKey, RotateKey } from './schema.ts';

/** With the same name and role. Throws `not_found:auth`; `conflict:auth` for a key that has ended. */
export async function rotateKey(ctx: Context, id: string, input: RotateKey): Promise<CreatedKey> {
  requireRole(ctx, 'admin');
  return await transaction(ctx, async (tx) => {
    const key = await selectKey(tx, id);
    if (!key) throw new AppError('not_found:auth', `There is no API key ${id}`);
    const endsAt = new Date(tx.clock.now().getTime() + input.overlapSeconds * 1000);
    if (!(await endKeyBy(tx, id, endsAt)))
      throw new AppError('conflict:auth', `The key ${id} has ended already; make a new one`);
    const created = await createKey(tx, {
      name: key.name,
      role: key.role,
      ...(input.expiresAt !== undefined && { expiresAt: input.expiresAt }),
    });
    await recordAudit(tx, {
      action: 'key.rotate',
      target: { type: 'api_key', id, name: key.name },
      change: { replacedBy: created.id, endsAt: endsAt.toISOString() },
    });
    return created;
  });
}

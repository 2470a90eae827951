/** Deletes a connection; its runs and audit rows stay readable, and the provider itself is never asked for anything. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import {
  forgetInstallations,
  lockConnection,
  markConnectionDeleted,
  selectActiveRunIdsAt,
  selectHeldSkills,
} from './lifecycle-store.ts';
import { findConnection } from './read-connections.ts';
import type { ConnectionRow } from './store.ts';

/** Of what keeps a connection from being deleted, in one answer. */
const MOST_NAMED = 100;

/**
 * `force` forgets what is installed there and leaves it at the provider. Throws `not_found:provider`;
 * `conflict:provider` naming the runs at work there and, without `force`, the skills it holds.
 */
export async function deleteConnection(
  ctx: Context,
  nameOrId: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  requireRole(ctx, 'admin');
  await transaction(ctx, async (tx) => {
    const row = await findLocked(tx, nameOrId);
    await refuseWhileInUse(tx, row, force);
    const forgotten = await forgetInstallations(tx, row.id);
    await markConnectionDeleted(tx, row.id);
    await recordAudit(tx, {
      action: 'provider.delete',
      target: { type: 'provider', id: row.id, name: row.slug },
      change: { kind: row.kind, from: row.status, force, forgottenInstallations: forgotten },
    });
  });
}

/** As it is once nobody else is at it: it may have been deleted, or changed, by whoever was waited for. */
async function findLocked(tx: TxContext, nameOrId: string): Promise<ConnectionRow> {
  const { id } = await findConnection(tx, nameOrId);
  await lockConnection(tx, id);
  return await findConnection(tx, id);
}

async function refuseWhileInUse(tx: TxContext, row: ConnectionRow, force: boolean): Promise<void> {
  // Runs first: one that ends in between leaves its installation to be found after it.
  const runIds = await selectActiveRunIdsAt(tx, row.id, MOST_NAMED);
  const skills = force ? [] : await selectHeldSkills(tx, row.id, MOST_NAMED);
  if (runIds.length === 0 && skills.length === 0) return;
  const reasons = [
    ...(runIds.length === 0 ? [] : [`has runs at work: ${runIds.join(', ')}; let them end or cancel them`]),
    ...(skills.length === 0
      ? []
      : [
          `holds ${skills.join(', ')}; uninstall them there first, or delete it with ?force=true, which forgets ` +
            'them here and leaves them at the provider',
        ]),
  ];
  throw new AppError('conflict:provider', `${row.slug} ${reasons.join('. It also ')}`, {
    issues: [
      ...runIds.map((id) => ({ path: '/provider', message: `${id} is still at work there` })),
      ...skills.map((name) => ({ path: '/provider', message: `${name} is installed there` })),
    ],
    extensions: { skills, runIds },
  });
}

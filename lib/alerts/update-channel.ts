/** Changes a channel, switches it off or on, or takes it away. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { type ChannelRow, type ChannelChange, deleteChannelRow, updateChannelRow } from './channel-store.ts';
import { nameTaken } from './create-channel.ts';
import { failPending } from './delivery-store.ts';
import { findChannel, shapeChannel } from './read-channels.ts';
import type { Channel, UpdateChannel } from './schema.ts';
import { checkAddress, openTarget, sealTarget, shownAddress } from './target.ts';

/**
 * `isExpected` says whether the channel still is what the caller last saw (If-Match).
 * Throws `not_found:alert`, `bad_request:api`, `precondition_failed:api`, and `conflict:alert` for a taken name or
 * when somebody else changed it in the same moment.
 */
export async function updateChannel(
  ctx: Context,
  id: string,
  input: UpdateChannel,
  isExpected: (current: Channel) => boolean = () => true,
): Promise<Channel> {
  requireRole(ctx, 'admin');
  const row = await findChannel(ctx, id);
  if (!isExpected(shapeChannel(row)))
    throw new AppError('precondition_failed:api', `${row.name} was changed since it was read; read it again`);
  if (input.url !== undefined) checkAddress(ctx, row.kind, input.url);
  if (input.secret !== undefined && row.kind === 'slack') {
    throw new AppError('bad_request:api', 'A Slack channel is not signed', {
      issues: [{ path: '/secret', message: 'only webhooks have a secret' }],
    });
  }
  return await transaction(ctx, async (tx) => {
    await change(tx, row, {
      ...targetChange(tx, row, input),
      ...(input.name !== undefined && { name: input.name }),
      ...(input.types !== undefined && { types: input.types }),
      ...(input.status !== undefined && { status: input.status, disabledBecause: null }),
    });
    await recordAudit(tx, {
      action: 'alert_channel.update',
      target: { type: 'alert_channel', id, name: row.name },
      change: { fields: Object.keys(input), ...(input.status && { from: row.status, to: input.status }) },
    });
    return shapeChannel(await findChannel(tx, id));
  });
}

/** When whoever is behind it says that it is gone for good. */
export async function disableChannel(ctx: Context, id: string, because: string): Promise<void> {
  await transaction(ctx, async (tx) => {
    const row = await findChannel(tx, id);
    if (row.status === 'disabled') return;
    await change(tx, row, { status: 'disabled', disabledBecause: because });
    await recordAudit(tx, {
      action: 'alert_channel.update',
      target: { type: 'alert_channel', id, name: row.name },
      change: { fields: ['status'], from: row.status, to: 'disabled' },
      note: because,
    });
  });
}

/** Its deliveries are forgotten with it. Throws `not_found:alert`. */
export async function deleteChannel(ctx: Context, id: string): Promise<void> {
  requireRole(ctx, 'admin');
  const { name } = await findChannel(ctx, id);
  await transaction(ctx, async (tx) => {
    if (!(await deleteChannelRow(tx, id))) return;
    await recordAudit(tx, {
      action: 'alert_channel.delete',
      target: { type: 'alert_channel', id, name },
    });
  });
}

function targetChange(tx: TxContext, row: ChannelRow, { url, secret }: UpdateChannel): ChannelChange {
  if (url === undefined && secret === undefined) return {};
  const before = openTarget(tx, row.id, row.target_sealed);
  const target = { url: url ?? before.url, secret: secret ?? before.secret };
  return { address: shownAddress(row.kind, target.url), targetSealed: sealTarget(tx, row.id, target) };
}

async function change(tx: TxContext, row: ChannelRow, changes: ChannelChange): Promise<void> {
  const changed = await updateChannelRow(tx, row.id, row.revision, changes);
  if (changed === 'name_taken') throw nameTaken(changes.name ?? row.name);
  if (changed === 'stale')
    throw new AppError(
      'conflict:alert',
      `${row.name} was changed in the same moment; read it, and try again`,
    );
  if (changes.status === 'disabled') await failPending(tx, row.id, 'the channel was switched off');
}

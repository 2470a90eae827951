/** Makes a channel; whether anybody listens there is for its test to find out. */
import { recordAudit } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { insertChannel } from './channel-store.ts';
import { findChannel, shapeChannel } from './read-channels.ts';
import type { CreateChannel, CreatedChannel } from './schema.ts';
import { checkAddress, sealTarget, shownAddress } from './target.ts';
import { makeSigningSecret } from './webhook-signature.ts';

/** Throws `bad_request:api` for a forbidden address, `conflict:alert` for a name that is taken. */
export async function createChannel(ctx: Context, input: CreateChannel): Promise<CreatedChannel> {
  requireRole(ctx, 'admin');
  const { kind, name, url, types } = input;
  checkAddress(ctx, kind, url);
  const secret = input.kind === 'webhook' ? (input.secret ?? makeSigningSecret()) : null;
  const id = newId('alertChannel');
  const address = shownAddress(kind, url);
  return await transaction(ctx, async (tx) => {
    const targetSealed = sealTarget(tx, id, { url, secret });
    if (!(await insertChannel(tx, { id, kind, name, address, targetSealed, types }))) throw nameTaken(name);
    await recordAudit(tx, {
      action: 'alert_channel.create',
      target: { type: 'alert_channel', id, name },
      change: { kind, address, types: types && [...types] },
    });
    return { ...shapeChannel(await findChannel(tx, id)), secret };
  });
}

export function nameTaken(name: string): AppError {
  return new AppError('conflict:alert', `There is an alert channel named ${name} already`, {
    issues: [{ path: '/name', message: 'is taken' }],
  });
}

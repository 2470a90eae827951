/** What was asked about is not to be done: its token is used up. */
import { recordAudit } from '../audit/record.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { findAsked, useToken } from './acting/confirmations.ts';
import type { Language } from './lexicon.ts';

export interface Declined {
  /** The chat action that asked. */
  readonly actionId: string;
  readonly language: Language;
}

/** Null when the token is unknown, used, too old or somebody else's. `alsoStore` throws to undo all of it. */
export async function declineAsked(
  ctx: Context,
  token: string,
  alsoStore: (tx: TxContext, declined: Declined | null) => Promise<void>,
): Promise<Declined | null> {
  const asked = await findAsked(ctx, token);
  return await transaction({ ...ctx, source: 'chat_ops' }, async (tx) => {
    const declined = asked !== null && (await useToken(tx, token)) ? asked : null;
    if (declined)
      await recordAudit(tx, {
        action: 'chat.decline',
        target: { type: 'chat_action', id: declined.actionId },
      });
    await alsoStore(tx, declined);
    return declined;
  });
}

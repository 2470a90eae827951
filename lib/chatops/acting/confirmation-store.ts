/** The SQL of `chat_confirmations`. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';

interface NewConfirmation {
  readonly tokenHash: string;
  readonly actionId: string;
  readonly principal: Context['principal'];
  readonly intent: object;
  readonly planDigest: string;
  readonly runIds: readonly string[];
  readonly validMs: number;
}

/** Answers until when it is valid, by the database's clock. */
export async function insertConfirmation(tx: TxContext, added: NewConfirmation): Promise<Date> {
  const { expires_at } = await query(tx)
    .insertInto('chat_confirmations')
    .values({
      token_hash: added.tokenHash,
      action_id: added.actionId,
      principal_type: added.principal.type,
      principal_id: added.principal.id,
      intent: JSON.stringify(added.intent),
      plan_digest: added.planDigest,
      run_ids: [...added.runIds],
      expires_at: sql<Date>`now() + ${added.validMs} * interval '1 millisecond'`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow();
  return expires_at;
}

export async function selectConfirmation(ctx: Context, tokenHash: string, principal: Context['principal']) {
  return await query(ctx)
    .selectFrom('chat_confirmations as confirmation')
    .innerJoin('chat_actions as action', 'action.id', 'confirmation.action_id')
    .select([
      'action.id as actionId',
      'action.message as message',
      'action.language as language',
      'confirmation.intent as intent',
      'confirmation.plan_digest as planDigest',
      'confirmation.run_ids as runIds',
    ])
    .where('confirmation.token_hash', '=', tokenHash)
    .where('confirmation.principal_type', '=', principal.type)
    .where('confirmation.principal_id', '=', principal.id)
    .executeTakeFirst();
}

/** Marks it as used; false when it cannot be. Waits for another transaction that uses it. */
export async function takeConfirmation(
  tx: TxContext,
  tokenHash: string,
  principal: Context['principal'],
): Promise<boolean> {
  const taken = await query(tx)
    .updateTable('chat_confirmations')
    .set({ used_at: sql<Date>`now()` })
    .where('token_hash', '=', tokenHash)
    .where('principal_type', '=', principal.type)
    .where('principal_id', '=', principal.id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('token_hash')
    .executeTakeFirst();
  return taken !== undefined;
}

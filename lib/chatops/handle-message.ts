/** One chat message, or the confirmation of one: read it, act with the caller's own rights, store and answer. */
import { requireRole, roleAllows } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import { retryRaces } from '../runs/create-runs.ts';
import { askToConfirm, digestOf, findAsked, useToken } from './acting/confirmations.ts';
import type { Deed } from './acting/deed.ts';
import { deedOf, idsIn } from './acting/deed-of.ts';
import { type Decision, refusalOf, refuseBlockedPlan, refused } from './decision.ts';
import { type Intent, interpret } from './interpret.ts';
import { askModel } from './model/ask-model.ts';
import { liveVocabulary } from './live-vocabulary.ts';
import { withRefAsWritten } from './ref-as-written.ts';
import type { ChatAnswer, ChatMessage } from './schema.ts';
import { type AlsoStore, type Said, storeAction } from './store-action.ts';

/** What is decided inside the transaction that stores it. */
type Decide = (tx: TxContext) => Promise<Decision>;

/** Always answers; a message that is not understood or not allowed is an answer too. */
export async function handleMessage(
  ctx: Context,
  input: ChatMessage,
  alsoStore: AlsoStore | null = null,
): Promise<ChatAnswer> {
  requireRole(ctx, 'viewer');
  const chat: Context = { ...ctx, source: 'chat_ops' };
  if (input.confirm !== undefined) return await confirm(chat, input.confirm, alsoStore);
  return await say(chat, input.message ?? '', input.dryRun, alsoStore);
}

async function say(
  ctx: Context,
  message: string,
  isDryRun: boolean,
  alsoStore: AlsoStore | null,
): Promise<ChatAnswer> {
  const vocabulary = await liveVocabulary(ctx);
  const own = withRefAsWritten(interpret(message, vocabulary), message, vocabulary);
  const asked =
    own.accepted || own.reason !== 'not_understood' ? null : await askModel(ctx, message, own.language);
  const read = asked ?? own;
  const said: Said = {
    id: newId('chatAction'),
    message,
    language: read.language,
    isDryRun,
    readBy: asked === null ? 'grammar' : 'model',
    confirms: null,
    token: null,
    alsoStore,
  };
  if (!read.accepted) {
    const { reason, suggestions } = read;
    return await conclude(ctx, said, { is: 'refused', reason, intent: null, suggestions, detail: null });
  }
  const { intent, needsConfirmation, subject } = read;
  return await act(ctx, said, intent, deedOf(intent, idsIn(message), subject), async (deed) => {
    // Questions are answered in a dry run too.
    const isOnlyPlanned = deed.isChange && (isDryRun || needsConfirmation);
    const previews = await deed.prepare(ctx, isOnlyPlanned);
    return async (tx) => {
      if (!isOnlyPlanned) return { is: 'done', intent, outcome: await deed.carryOut(tx, null) };
      const planned = await deed.plan(tx, previews);
      if (isDryRun) return { is: 'planned', intent, planned, needsConfirmation };
      return refuseBlockedPlan(intent, planned) ?? { is: 'asked', intent, planned };
    };
  });
}

/** Does what was asked about, if it would still be the same. */
async function confirm(ctx: Context, token: string, alsoStore: AlsoStore | null): Promise<ChatAnswer> {
  const asked = await findAsked(ctx, token);
  const said: Said = {
    id: newId('chatAction'),
    message: asked?.message ?? '',
    language: asked?.language ?? 'en',
    isDryRun: false,
    readBy: 'grammar',
    confirms: asked?.actionId ?? null,
    token,
    alsoStore,
  };
  if (asked === null) return await conclude(ctx, said, refused('confirmation_expired', null));
  const { intent } = asked;
  return await act(ctx, said, intent, deedOf(intent, asked.runIds, 'skills'), async (deed) => {
    await deed.prepare(ctx, false);
    return async (tx) => {
      if (!(await useToken(tx, token))) return refused('confirmation_expired', intent);
      const planned = await deed.plan(tx, new Map());
      if (digestOf(planned) !== asked.planDigest) return refused('plan_changed', intent);
      return { is: 'done', intent, outcome: await deed.carryOut(tx, asked.runIds) };
    };
  });
}

async function act(
  ctx: Context,
  said: Said,
  intent: Intent,
  deed: Deed,
  prepare: (deed: Deed) => Promise<Decide>,
): Promise<ChatAnswer> {
  if (deed.isChange && !roleAllows(ctx.principal.role, 'operator'))
    return await conclude(ctx, said, refused('forbidden', intent));
  try {
    const decide = await prepare(deed);
    return await retryRaces(
      ctx,
      async () => await transaction(ctx, async (tx) => await store(tx, said, await decide(tx))),
    );
  } catch (error) {
    // The attempt to act was rolled back; the refusal is stored in its place.
    const refusal = refusalOf(error, intent);
    if (!refusal) throw error;
    return await conclude(ctx, said, refusal);
  }
}

/** Nothing was done; a token that led here is used up all the same. */
async function conclude(ctx: Context, said: Said, decision: Decision): Promise<ChatAnswer> {
  return await transaction(ctx, async (tx) => {
    if (said.token !== null) await useToken(tx, said.token);
    return await store(tx, said, decision);
  });
}

async function store(tx: TxContext, said: Said, decision: Decision): Promise<ChatAnswer> {
  const answer = await withConfirmation(tx, decision, await storeAction(tx, said, decision));
  await said.alsoStore?.(tx, answer);
  return answer;
}

async function withConfirmation(tx: TxContext, decision: Decision, answer: ChatAnswer): Promise<ChatAnswer> {
  if (decision.is !== 'asked') return answer;
  const { intent, planned } = decision;
  const { token, expiresAt } = await askToConfirm(tx, { actionId: answer.actionId, intent, planned });
  const { plan, runs } = planned;
  return { ...answer, confirmation: { token, expiresAt, plan: [...plan], runs: [...runs] } };
}

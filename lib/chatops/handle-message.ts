/** One chat message: interpret it, do it with the caller's own rights through the same verb as the API, store and answer. */
import { recordAudit } from '../audit/record.ts';
import { requireRole, roleAllows } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { createRuns, planOnly, retryRaces } from '../runs/create-runs.ts';
import { previewUnknownRef, registerUnknownRef } from '../runs/look-up-ref.ts';
import type { Previews } from '../runs/plan-request.ts';
import type { CreatedRuns, CreateRuns, PlanEntry } from '../runs/schema.ts';
import { type Intent, type Interpretation, interpret } from './interpret.ts';
import { loadVocabulary } from './load-vocabulary.ts';
import { withRefAsWritten } from './ref-as-written.ts';
import type { RefusalReason } from './refusals.ts';
import { acceptedReply, refusedReply } from './reply.ts';
import type { ChatAnswer, ChatMessage } from './schema.ts';
import { insertChatAction } from './store.ts';

/** What became of a message, before it is put into words. */
type Decision =
  | {
      readonly type: 'planned';
      readonly intent: Intent;
      readonly plan: PlanEntry[];
      readonly needsConfirmation: boolean;
    }
  | { readonly type: 'started'; readonly intent: Intent; readonly created: CreatedRuns }
  | {
      readonly type: 'refused';
      readonly reason: RefusalReason;
      readonly intent: Intent | null;
      readonly suggestions: readonly string[];
      /** What the API would have answered, where it was the API that refused. */
      readonly detail: string | null;
    };

/** Always answers; a message that is not understood or not allowed is an answer too. */
export async function handleMessage(ctx: Context, input: ChatMessage): Promise<ChatAnswer> {
  requireRole(ctx, 'viewer');
  const chat: Context = { ...ctx, source: 'chat_ops' };
  const vocabulary = await loadVocabulary(chat);
  const interpretation = withRefAsWritten(interpret(input.message, vocabulary), input.message, vocabulary);
  try {
    const previews = await lookUpRef(chat, input, interpretation);
    return await retryRaces(
      chat,
      async () =>
        await transaction(
          chat,
          async (tx) =>
            await store(tx, input, interpretation, await act(tx, input, interpretation, previews)),
        ),
    );
  } catch (error) {
    // The attempt to act was rolled back; the refusal is stored in its place.
    const refusal = refusalOf(error, interpretation);
    if (!refusal) throw error;
    return await transaction(chat, async (tx) => await store(tx, input, interpretation, refusal));
  }
}

/** What a repository has to be asked for, before a transaction is open. */
async function lookUpRef(
  ctx: Context,
  input: ChatMessage,
  interpretation: Interpretation,
): Promise<Previews> {
  if (!interpretation.accepted || !isCarriedOut(interpretation.intent)) return new Map();
  if (!roleAllows(ctx.principal.role, 'operator')) return new Map();
  const request = requestOf(interpretation.intent);
  if (input.dryRun) return await previewUnknownRef(ctx, request);
  if (!interpretation.needsConfirmation) await registerUnknownRef(ctx, request);
  return new Map();
}

async function act(
  tx: TxContext,
  input: ChatMessage,
  interpretation: Interpretation,
  previews: Previews,
): Promise<Decision> {
  if (!interpretation.accepted) {
    const { reason, suggestions } = interpretation;
    return { type: 'refused', reason, intent: null, suggestions, detail: null };
  }
  const { intent, needsConfirmation } = interpretation;
  if (!isCarriedOut(intent)) return refused('not_understood', intent);
  if (!roleAllows(tx.principal.role, 'operator')) return refused('forbidden', intent);
  const request = requestOf(intent);
  if (input.dryRun)
    return { type: 'planned', intent, needsConfirmation, plan: (await planOnly(tx, request, previews)).plan };
  if (needsConfirmation) return refused('confirmation_required', intent);
  const { created } = await createRuns(tx, request, null);
  return { type: 'started', intent, created };
}

/** Other actions are read, and not carried out yet. */
function isCarriedOut({ action }: Intent): boolean {
  return action === 'install';
}

function requestOf(intent: Intent): CreateRuns {
  return {
    action: 'install',
    skills: [...intent.skills],
    providers: [...intent.providers],
    ref: intent.ref ?? 'latest',
    dryRun: false,
    onDuplicate: 'reuse',
  };
}

function refused(reason: RefusalReason, intent: Intent | null, detail: string | null = null): Decision {
  return { type: 'refused', reason, intent, suggestions: [], detail };
}

/** Refusals of the API's own verb, in the words of chat; null for everything that is not one. */
function refusalOf(error: unknown, interpretation: Interpretation): Decision | null {
  if (!(error instanceof AppError)) return null;
  const intent = interpretation.accepted ? interpretation.intent : null;
  switch (error.code) {
    case 'conflict:provider':
      return refused('inactive_provider', intent, error.detail);
    case 'not_found:skill':
    case 'bad_gateway:skill':
    case 'timeout:skill':
    case 'offline:skill':
      return refused('unknown_ref', intent, error.detail);
    // What a repository has for the ref is no skill.
    case 'bad_request:api':
      return refused('unknown_ref', intent, error.issues[0]?.message ?? error.detail);
    case 'conflict:skill':
      return refused(isOfRef(error) ? 'unknown_ref' : 'blocked_skill', intent, error.detail);
    case 'conflict:install_run':
      return refused('plan_changed', intent, error.detail);
    case 'unprocessable:install_run':
      return refused('unsupported_action', intent, error.issues[0]?.message ?? error.detail);
    default:
      return null;
  }
}

function isOfRef({ issues }: AppError): boolean {
  return issues[0]?.path === '/ref';
}

async function store(
  tx: TxContext,
  input: ChatMessage,
  interpretation: Interpretation,
  decision: Decision,
): Promise<ChatAnswer> {
  const id = newId('chatAction');
  const answer = answerOf(id, interpretation, decision);
  await insertChatAction(tx, {
    id,
    principal: { type: tx.principal.type, id: tx.principal.id, name: tx.principal.name },
    message: input.message,
    language: interpretation.language,
    dryRun: input.dryRun,
    accepted: answer.accepted,
    reason: answer.reason ?? null,
    intent: answer.intent,
    batchId: answer.batchId ?? null,
    runIds: answer.runIds,
    reply: answer.reply,
  });
  await recordAudit(tx, {
    action: 'chat.message',
    target: { type: 'chat_action', id },
    outcome: answer.accepted ? 'success' : 'denied',
    ...(answer.reason !== undefined && { code: answer.reason }),
    change: { batchId: answer.batchId ?? null, runIds: answer.runIds, dryRun: input.dryRun },
  });
  return answer;
}

function answerOf(actionId: string, interpretation: Interpretation, decision: Decision): ChatAnswer {
  const { language } = interpretation;
  switch (decision.type) {
    case 'planned': {
      const { intent, plan, needsConfirmation } = decision;
      const reply = acceptedReply({ language, intent, isDryRun: true, batchId: null });
      return {
        accepted: true,
        actionId,
        intent: shapeIntent(intent),
        needsConfirmation,
        plan,
        runIds: [],
        reply,
      };
    }
    case 'started': {
      const { batchId, runIds } = decision.created;
      const reply = acceptedReply({ language, intent: decision.intent, isDryRun: false, batchId });
      return { accepted: true, actionId, intent: shapeIntent(decision.intent), runIds, batchId, reply };
    }
    case 'refused': {
      const { reason, intent, suggestions, detail } = decision;
      const reply = refusedReply({ language, reason, suggestions, detail });
      return {
        accepted: false,
        actionId,
        reason,
        message: detail ?? reply,
        suggestions: [...suggestions],
        intent: intent === null ? null : shapeIntent(intent),
        runIds: [],
        reply,
      };
    }
  }
}

function shapeIntent(intent: Intent): NonNullable<ChatAnswer['intent']> {
  return {
    action: intent.action,
    skills: [...intent.skills],
    providers: [...intent.providers],
    ref: intent.ref,
  };
}

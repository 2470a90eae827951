/** Stores a message with what became of it, audits it, and puts the answer into words. */
import { recordAudit } from '../audit/record.ts';
import type { TxContext } from '../kernel/context.ts';
import { maskSecrets } from '../kernel/mask-secrets.ts';
import type { Outcome } from './acting/deed.ts';
import type { Decision } from './decision.ts';
import type { Intent } from './interpret.ts';
import type { Language } from './lexicon.ts';
import { refusedReply, repliesIn, type Work } from './replies/reply.ts';
import { type Target, targetOfEntry, targetOfRun } from './replies/targets.ts';
import type { ChatAnswer } from './schema.ts';
import { insertChatAction } from './store.ts';

/** What is stored in the transaction that stores the answer; throws to undo all of it. */
export type AlsoStore = (tx: TxContext, answer: ChatAnswer) => Promise<void>;

export interface Said {
  /** Of the chat action. */
  readonly id: string;
  readonly message: string;
  readonly language: Language;
  readonly isDryRun: boolean;
  readonly readBy: 'grammar' | 'model';
  /** Id of the chat action that this confirms, and with which token. */
  readonly confirms: string | null;
  readonly token: string | null;
  readonly alsoStore: AlsoStore | null;
}

export async function storeAction(tx: TxContext, said: Said, decision: Decision): Promise<ChatAnswer> {
  const answer = answerOf(said, decision);
  await insertChatAction(tx, {
    id: said.id,
    principal: { type: tx.principal.type, id: tx.principal.id, name: tx.principal.name },
    message: maskSecrets(said.message),
    language: said.language,
    dryRun: said.isDryRun,
    accepted: answer.accepted,
    reason: answer.reason ?? null,
    intent: answer.intent,
    batchId: answer.batchId ?? null,
    runIds: answer.runIds,
    reply: answer.reply,
    confirms: said.confirms,
    readBy: said.readBy,
  });
  await recordAudit(tx, {
    action: 'chat.message',
    target: { type: 'chat_action', id: said.id },
    outcome: answer.accepted ? 'success' : 'denied',
    ...(answer.reason !== undefined && { code: answer.reason }),
    change: {
      batchId: answer.batchId ?? null,
      runIds: answer.runIds,
      dryRun: said.isDryRun,
      ...(said.confirms !== null && { confirms: said.confirms }),
      ...(said.readBy === 'model' && { readBy: said.readBy }),
    },
  });
  return answer;
}

function answerOf(said: Said, decision: Decision): ChatAnswer {
  const replies = repliesIn(said.language);
  const base = { actionId: said.id, runIds: [], readBy: said.readBy };
  switch (decision.is) {
    case 'planned': {
      const { intent, planned, needsConfirmation } = decision;
      return {
        ...base,
        accepted: true,
        intent: shapeIntent(intent),
        needsConfirmation,
        plan: [...planned.plan],
        ...(planned.runs.length > 0 && { runs: [...planned.runs] }),
        reply: replies.planned(workOf(intent, plannedTargets(planned))),
      };
    }
    case 'asked': {
      const { intent, planned } = decision;
      const reply = replies.toConfirm(workOf(intent, plannedTargets(planned)));
      const reason = 'confirmation_required';
      return { ...base, accepted: false, reason, message: reply, intent: shapeIntent(intent), reply };
    }
    case 'done':
      return {
        ...base,
        ...(said.isDryRun && { needsConfirmation: false, plan: [] }),
        ...outcomeAnswer(said.language, decision.intent, decision.outcome),
      };
    case 'refused': {
      const { reason, intent, suggestions, detail } = decision;
      const { reply = refusedReply({ language: said.language, reason, suggestions, detail }) } = decision;
      return {
        ...base,
        accepted: false,
        reason,
        message: detail ?? reply,
        suggestions: [...suggestions],
        intent: intent === null ? null : shapeIntent(intent),
        reply,
      };
    }
  }
}

function outcomeAnswer(language: Language, intent: Intent, outcome: Outcome) {
  const replies = repliesIn(language);
  const base = { accepted: true, intent: shapeIntent(intent) };
  switch (outcome.is) {
    case 'started': {
      const { runs, batchIds, reused } = outcome;
      const work = { ...workOf(intent, runs.map(targetOfRun)), batchIds, reused: reused.length };
      const [batchId] = batchIds;
      return {
        ...base,
        runIds: runs.map(({ id }) => id),
        ...(batchId !== undefined && { batchId }),
        reply: replies.started(work),
      };
    }
    case 'canceled':
      return {
        ...base,
        runIds: outcome.runs.map(({ id }) => id),
        reply: replies.canceled(outcome.runs.map(targetOfRun)),
      };
    case 'told': {
      const { hasMore, skills, connections, installations, runs } = outcome.facts;
      const reply =
        intent.action === 'help'
          ? replies.help()
          : replies[intent.action === 'status' ? 'state' : 'list'](intent, outcome.facts);
      return {
        ...base,
        data: {
          ...(skills && { skills: [...skills] }),
          ...(connections && { connections: [...connections] }),
          ...(installations && { installations: [...installations] }),
          ...(runs && { runs: [...runs] }),
          hasMore,
        },
        reply,
      };
    }
  }
}

function workOf({ action }: Intent, targets: readonly Target[]): Work {
  return { action, targets, batchIds: [], reused: 0 };
}

function plannedTargets({ plan, runs }: Extract<Decision, { is: 'planned' }>['planned']): Target[] {
  return [...plan.map(targetOfEntry), ...runs.map(targetOfRun)];
}

function shapeIntent(intent: Intent): NonNullable<ChatAnswer['intent']> {
  return {
    action: intent.action,
    skills: [...intent.skills],
    providers: [...intent.providers],
    ref: intent.ref,
  };
}

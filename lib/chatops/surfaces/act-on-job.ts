/** Does what somebody asked for in a chat product, once and with their own rights, and keeps the answer with the job. */
import { transaction } from '../../db/database.ts';
import type { Context, Principal, TxContext } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import { declineAsked } from '../decline-asked.ts';
import { refused } from '../decision.ts';
import { handleMessage } from '../handle-message.ts';
import type { Language } from '../lexicon.ts';
import { hasHangul, MAX_MESSAGE_LENGTH } from '../normalize.ts';
import { repliesIn } from '../replies/reply.ts';
import type { ChatAnswer } from '../schema.ts';
import { storeAction } from '../store-action.ts';
import { type JobAnswer, type JobContent, openContent, sealContent } from './job-content.ts';
import { type ChatJob, storeActed } from './job-store.ts';
import type { Asked } from './surface.ts';
import { selectMember } from './user-store.ts';

/** Somebody else acted on it meanwhile; nothing was done here. */
export class JobTakenError extends Error {
  override readonly name = 'JobTakenError';
}

/** Throws JobTakenError. */
export async function actOnJob(ctx: Context, job: ChatJob): Promise<ChatJob> {
  const content = openContent(ctx, job.id, job.sealed);
  const { surface, from } = job;
  const known = await selectMember(ctx, { surface, ...from });
  const person: Principal = {
    type: 'user',
    id: `${surface}:${from.team}:${from.member}`,
    name: known?.name ?? (from.name || from.member),
    role: known?.role ?? 'viewer',
  };
  const acting: Context = { ...ctx, principal: person, source: 'chat_ops' };
  const keep = keeper(job, content);
  if (!known) await refuseStranger(acting, job, content.asked, keep.answer);
  else await act(acting, content.asked, keep);
  return keep.acted();
}

/** What is stored with the job in the transaction of the deed. */
interface Keep {
  readonly answer: (tx: TxContext, answer: ChatAnswer) => Promise<void>;
  readonly told: (tx: TxContext, actionId: string, answer: JobAnswer) => Promise<void>;
  readonly acted: () => ChatJob;
}

function keeper(job: ChatJob, content: JobContent): Keep {
  let acted: ChatJob | null = null;
  async function store(tx: TxContext, answer: JobAnswer, actionId: string, runIds: readonly string[]) {
    const sealed = sealContent(tx, job.id, { ...content, answer });
    if (!(await storeActed(tx, { id: job.id, actionId, runIds, sealed }))) throw new JobTakenError();
    acted = { ...job, sealed, actionId, runIds };
  }
  return {
    async answer(tx, { actionId, runIds, reply, accepted, confirmation }) {
      const token = confirmation?.token ?? null;
      await store(tx, { reply, language: languageOf(reply), token, accepted }, actionId, runIds);
    },
    told: async (tx, actionId, answer) => await store(tx, answer, actionId, []),
    acted() {
      if (acted === null) throw new Error('what was asked in chat was not acted on');
      return acted;
    },
  };
}

async function act(ctx: Context, asked: Asked, keep: Keep): Promise<void> {
  if ('decline' in asked) return await decline(ctx, asked.decline, keep);
  if ('confirm' in asked)
    return void (await handleMessage(ctx, { confirm: asked.confirm, dryRun: false }, keep.answer));
  const message = asked.message === '' ? 'help' : asked.message;
  if (message.length > MAX_MESSAGE_LENGTH) return await refuseLong(ctx, message, keep);
  await handleMessage(ctx, { message, dryRun: false }, keep.answer);
}

async function decline(ctx: Context, token: string, keep: Keep): Promise<void> {
  await declineAsked(ctx, token, async (tx, declined) => {
    const language = declined?.language ?? 'en';
    const { declined: done, refusals } = repliesIn(language);
    const reply = declined ? done : refusals.confirmation_expired;
    const answer = { reply, language, token: null, accepted: declined !== null };
    await keep.told(tx, declined?.actionId ?? '', answer);
  });
}

async function refuseStranger(
  ctx: Context,
  { from }: ChatJob,
  asked: Asked,
  keep: Keep['answer'],
): Promise<void> {
  const message = 'message' in asked ? asked.message : '';
  const reply = repliesIn(languageOf(message)).stranger(from);
  await refuse(ctx, message, { ...refused('forbidden', null), reply }, keep);
}

async function refuseLong(ctx: Context, message: string, keep: Keep): Promise<void> {
  const reply = repliesIn(languageOf(message)).tooLong;
  await refuse(ctx, message, { ...refused('not_understood', null), reply }, keep.answer);
}

async function refuse(
  ctx: Context,
  message: string,
  decision: ReturnType<typeof refused>,
  keep: Keep['answer'],
): Promise<void> {
  await transaction(ctx, async (tx) => {
    const answer = await storeAction(
      tx,
      {
        id: newId('chatAction'),
        message: message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed(),
        language: languageOf(message),
        isDryRun: false,
        readBy: 'grammar',
        confirms: null,
        token: null,
        alsoStore: null,
      },
      decision,
    );
    await keep(tx, answer);
  });
}

export function languageOfAsked(asked: Asked): Language {
  return languageOf('message' in asked ? asked.message : '');
}

function languageOf(text: string): Language {
  return hasHangul(text) ? 'ko' : 'en';
}

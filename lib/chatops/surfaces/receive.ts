/** Takes a request of a chat product: checked, stored before it is acknowledged, and answered at once when that is quick. */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { transaction } from '../../db/database.ts';
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Language } from '../lexicon.ts';
import { repliesIn } from '../replies/reply.ts';
import { actOnJob, languageOfAsked } from './act-on-job.ts';
import { sealContent } from './job-content.ts';
import { messageOf, postedBy } from './job-message.ts';
import { type ChatJob, deleteJob, insertJob, insertReceipts, releaseJob } from './job-store.ts';
import type { ChatSurface, Incoming, SignedRequest } from './surface.ts';

/** The product shows an error after three seconds. */
const ANSWER_WITHIN_MS = 2000;
export const JOB_LEASE_MS = 60_000;

type Question = Extract<Incoming, { is: 'asked' }>;

/** The body of the answer. Throws `not_found:api` when it is not set up, `unauthorized:auth`, `bad_request:api`. */
export async function receiveFromSurface(
  ctx: Context,
  surface: ChatSurface,
  request: SignedRequest,
): Promise<object> {
  if (!surface.isOn(ctx))
    throw new AppError('not_found:api', `This is switched off here; ${surface.settings} switches it on`);
  const signature = surface.verify(ctx, request);
  const incoming = surface.read(ctx, request);
  if (incoming.is === 'handshake') return incoming.body;
  if (incoming.is === 'ignored') {
    ctx.log.info({ surface: surface.name, because: incoming.because }, 'a chat request was ignored');
    return {};
  }
  const job = await store(ctx, surface, incoming, signature);
  if (job === null) return {};
  if (incoming.isAnsweredInBody) return await answerSoon(ctx, surface, job, languageOfAsked(incoming.asked));
  ctx.db.notify('chat_queued');
  return {};
}

/** Null for a message that was received before, in another request. */
async function store(
  ctx: Context,
  surface: ChatSurface,
  { from, asked, target, messageId, isAnsweredInBody }: Question,
  signature: string,
): Promise<ChatJob | null> {
  const signed = `${surface.name} signature ${createHash('sha256').update(signature).digest('hex')}`;
  const message = messageId === null ? null : `${surface.name} message ${from.team} ${messageId}`;
  const stored = await transaction(ctx, async (tx) => {
    const fresh = await insertReceipts(tx, message === null ? [signed] : [signed, message]);
    if (!fresh.includes(signed)) return 'replayed';
    if (message !== null && !fresh.includes(message)) return null;
    const id = newId('chatJob');
    const sealed = sealContent(tx, id, { asked, target, answer: null });
    const job = { id, surface: surface.name, from, sealed };
    return await insertJob(tx, job, isAnsweredInBody ? JOB_LEASE_MS : 0);
  });
  if (stored === 'replayed') throw new AppError('unauthorized:auth', 'This very request was received before');
  return stored;
}

/** The answer itself, or that it comes later: then it is posted. */
async function answerSoon(
  ctx: Context,
  surface: ChatSurface,
  job: ChatJob,
  language: Language,
): Promise<object> {
  const acting = tryToAct(ctx, job);
  const acted = await Promise.race([acting, setTimeout(ANSWER_WITHIN_MS, 'late' as const, { ref: false })]);
  if (acted === 'late' || acted === null) {
    void acting.then(async () => await giveBack(ctx, job));
    return surface.bodyOf({ text: repliesIn(language).working, buttons: null, replaces: true });
  }
  const message = await messageOf(ctx, acted);
  if (message.isLast) await deleteJob(ctx, job.id);
  else await releaseJob(ctx, job.id, 0, postedBy(acted, message.digest, acted.sealed));
  return surface.bodyOf(message.outgoing);
}

/** Null when it did not work; it will be tried again. */
async function tryToAct(ctx: Context, job: ChatJob): Promise<ChatJob | null> {
  try {
    return await actOnJob(ctx, job);
  } catch (error) {
    ctx.log.warn(
      { err: error, chatJobId: job.id },
      'a chat message could not be acted on; it is tried again',
    );
    return null;
  }
}

async function giveBack(ctx: Context, { id }: ChatJob): Promise<void> {
  try {
    await releaseJob(ctx, id, 0);
    ctx.db.notify('chat_queued');
  } catch (error) {
    ctx.log.warn({ err: error, chatJobId: id }, 'a chat message is taken up again when its lease has ended');
  }
}

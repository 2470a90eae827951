/** What is to be shown of a job now: the answer, and how far the runs are that it made. */
import { createHash } from 'node:crypto';
import type { Context } from '../../kernel/context.ts';
import { repliesIn } from '../replies/reply.ts';
import { hasEnded, type Progress } from '../replies/surface-replies.ts';
import { type JobAnswer, openContent } from './job-content.ts';
import { type ChatJob, type Posting, selectProgress } from './job-store.ts';
import type { Asked, Outgoing, ReplyTarget } from './surface.ts';

/** Addresses to answer to end after half an hour. */
const FOLLOWED_FOR_MS = 28 * 60_000;

export interface JobMessage {
  readonly outgoing: Outgoing;
  readonly target: ReplyTarget;
  /** The same for what looks the same. */
  readonly digest: string;
  /** Nothing will follow. */
  readonly isLast: boolean;
}

/** Of a job that was acted on. */
export async function messageOf(ctx: Context, job: ChatJob): Promise<JobMessage> {
  const { asked, target, answer } = openContent(ctx, job.id, job.sealed);
  if (answer === null) throw new Error('there is nothing to show of what was not acted on');
  const { text, isLast } = await textOf(ctx, job, answer);
  const outgoing = { text, buttons: buttonsOf(answer), replaces: isShared(asked, answer) };
  const digest = createHash('sha256').update(JSON.stringify(outgoing)).digest('hex');
  return { outgoing, target, digest, isLast };
}

/** What is stored when it was posted. */
export function postedBy(job: ChatJob, digest: string, sealed: string): Posting {
  return { posts: job.posts + 1, postedDigest: digest, failures: 0, sealed };
}

async function textOf(
  ctx: Context,
  job: ChatJob,
  { reply, language }: JobAnswer,
): Promise<{ text: string; isLast: boolean }> {
  if (job.runIds.length === 0) return { text: reply, isLast: true };
  const row = await selectProgress(ctx, job.runIds);
  const progress: Progress = {
    ...row,
    failures: row.failures.map(({ skill, provider, message }) => ({
      target: { skill, provider, version: null },
      message,
    })),
    isLast: job.ageMs >= FOLLOWED_FOR_MS,
  };
  const isLast = progress.isLast || hasEnded(progress);
  const hasNews = isLast || row.succeeded + row.failed + row.canceled > 0;
  const text = hasNews ? `${reply}\n${repliesIn(language).progress(progress)}` : reply;
  return { text, isLast };
}

function buttonsOf({ token, language }: JobAnswer): Outgoing['buttons'] {
  if (token === null) return null;
  const { confirmButton, declineButton } = repliesIn(language);
  return { token, confirm: confirmButton, decline: declineButton };
}

/** Whoever presses a button that is not theirs is told alone, and the message stays. */
function isShared(asked: Asked, { accepted }: JobAnswer): boolean {
  return accepted || 'message' in asked;
}

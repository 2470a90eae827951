/** Standing work: acts on what was asked in chat products, posts the answer, and keeps it up to date while runs go on. */
import type { Workload } from '../../jobs/workload.ts';
import type { Context } from '../../kernel/context.ts';
import { actOnJob, JobTakenError } from './act-on-job.ts';
import { openContent, sealContent } from './job-content.ts';
import { type JobMessage, messageOf, postedBy } from './job-message.ts';
import { type ChatJob, claimJobs, deleteJob, releaseJob } from './job-store.ts';
import { JOB_LEASE_MS } from './receive.ts';
import type { ChatSurface } from './surface.ts';
import { findSurface } from './surfaces.ts';

const LOOK_EVERY_MS = 1000;
const LOOK_LATER_MS = 5000;
const YOUNG_MS = 60_000;
const AT_ONCE = 16;

const WAITS_MS = [1000, 5000, 20_000, 60_000];
/** Whatever hinders it by then will not go away. */
const GIVEN_UP_AFTER_MS = 60 * 60_000;

export function chatWorkload(ctx: Context): Workload {
  return {
    name: 'chat answers',
    channel: 'chat_queued',
    everyMs: LOOK_EVERY_MS,
    async next() {
      const claimed = await claimJobs(ctx, { limit: AT_ONCE, leaseMs: JOB_LEASE_MS });
      await Promise.all(claimed.map(async (job) => await workOn(ctx, job)));
      return claimed.length > 0;
    },
  };
}

async function workOn(ctx: Context, job: ChatJob): Promise<void> {
  const surface = findSurface(job.surface);
  if (surface === null || job.ageMs > GIVEN_UP_AFTER_MS) return await giveUp(ctx, job, 'its time is over');
  try {
    await tell(ctx, surface, job.actionId === null ? await actOnJob(ctx, job) : job);
  } catch (error) {
    // Who took it has given it back, or deleted it.
    if (error instanceof JobTakenError) return;
    ctx.log.warn(
      { err: error, chatJobId: job.id },
      'a chat message could not be answered; it is tried again',
    );
    await releaseJob(ctx, job.id, LOOK_LATER_MS);
  }
}

async function tell(ctx: Context, surface: ChatSurface, job: ChatJob): Promise<void> {
  const message = await messageOf(ctx, job);
  const { digest, isLast, target } = message;
  if (digest === job.postedDigest) return isLast ? await deleteJob(ctx, job.id) : await lookLater(ctx, job);
  const allowedAfterMs = surface.mayPostAfterMs(target, job.posts);
  const mayPost = isLast || (allowedAfterMs !== null && job.ageMs >= allowedAfterMs);
  if (!mayPost) return await lookLater(ctx, job);
  await post(ctx, surface, job, message);
}

async function post(ctx: Context, surface: ChatSurface, job: ChatJob, message: JobMessage): Promise<void> {
  const posted = await surface.post(ctx, message.target, message.outgoing);
  if (posted.is === 'posted') {
    if (message.isLast) return await deleteJob(ctx, job.id);
    const content = openContent(ctx, job.id, job.sealed);
    const sealed = sealContent(ctx, job.id, { ...content, target: posted.target });
    return await releaseJob(ctx, job.id, LOOK_EVERY_MS, postedBy(job, message.digest, sealed));
  }
  const waitMs = WAITS_MS[job.failures];
  if (posted.isFinal || waitMs === undefined) return await giveUp(ctx, job, posted.error);
  const { posts, postedDigest, sealed } = job;
  const failures = job.failures + 1;
  await releaseJob(ctx, job.id, Math.max(waitMs, posted.retryAfterMs ?? 0), {
    posts,
    postedDigest,
    sealed,
    failures,
  });
}

async function lookLater(ctx: Context, job: ChatJob): Promise<void> {
  await releaseJob(ctx, job.id, job.ageMs < YOUNG_MS ? LOOK_EVERY_MS : LOOK_LATER_MS);
}

/** What was done stays done; it can be read at `/api/chat-ops`. */
async function giveUp(ctx: Context, job: ChatJob, error: string): Promise<void> {
  ctx.log.warn({ chatJobId: job.id, surface: job.surface, error }, 'a chat answer could not be posted');
  await deleteJob(ctx, job.id);
}

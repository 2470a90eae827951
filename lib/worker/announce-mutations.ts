/** Writes down what attempts are about to send, as long as their runs are theirs and wanted. */
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import type { Mutation } from '../providers/adapter.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { insertIntents, lockHeld } from '../runs/intent-store.ts';
import { transitionRuns } from '../runs/transition.ts';
import { fencedChange } from './commit-attempt.ts';

export interface Announcement {
  readonly run: ClaimedRun;
  readonly mutation: Mutation;
}

/** Only what was `announced` may be sent. */
export type Announced = 'announced' | 'lease_lost' | 'canceled';

/** In one transaction, each with an answer of its own, in their order. */
export async function announceMutations(
  ctx: Context,
  announcements: readonly Announcement[],
): Promise<Announced[]> {
  return await transaction(ctx, async (tx) => {
    const held = await lockHeld(
      tx,
      announcements.map(({ run }) => run),
    );
    const wanted = announcements.filter(({ run }) => held.get(run.id)?.isCancelRequested === false);
    const fenced = await transitionRuns(
      tx,
      wanted.map(({ run, mutation }) =>
        fencedChange(run, { event: 'run.phase_changed', phase: 'submitting', data: { mutation } }),
      ),
    );
    const announced = wanted.filter(({ run }) => fenced.has(run.id));
    await insertIntents(
      tx,
      announced.map(({ run: { id: runId, attempt, providerId, skillId }, mutation }) => ({
        runId,
        attempt,
        providerId,
        skillId,
        mutation,
      })),
    );
    const isAnnounced = new Set(announced);
    return announcements.map((one) => {
      if (isAnnounced.has(one)) return 'announced';
      return held.get(one.run.id)?.isCancelRequested === true ? 'canceled' : 'lease_lost';
    });
  });
}

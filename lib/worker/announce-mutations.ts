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

const NOBODY: Awaited<ReturnType<typeof lockHeld>> = new Map();

/** In one transaction, each with an answer of its own, in their order. */
export async function announceMutations(
  ctx: Context,
  announcements: readonly Announcement[],
): Promise<Announced[]> {
  return await transaction(ctx, async (tx) => {
    const fenced = await transitionRuns(
      tx,
      announcements.map(({ run, mutation }) =>
        fencedChange(run, {
          event: 'run.phase_changed',
          phase: 'submitting',
          data: { mutation },
          unlessCanceled: true,
        }),
      ),
    );
    const announced = announcements.filter(({ run }) => fenced.has(run.id));
    const refused = announcements.filter(({ run }) => !fenced.has(run.id)).map(({ run }) => run);
    const held = refused.length > 0 ? await lockHeld(tx, refused) : NOBODY;
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
    return announcements.map((one) => {
      if (fenced.has(one.run.id)) return 'announced';
      return held.get(one.run.id)?.isCancelRequested === true ? 'canceled' : 'lease_lost';
    });
  });
}

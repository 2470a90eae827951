/** What is said in English where people write from a chat product: how far things are, and who they are to us. */
import { hasEnded, type Progress, type SurfaceReplies } from './surface-replies.ts';

export const ENGLISH_SURFACES: SurfaceReplies = {
  progress(progress) {
    const { total, failures, isLast } = progress;
    const reasons = failures.map(
      ({ target, message }) => ` ${target.skill} on ${target.provider} failed: ${message}`,
    );
    if (hasEnded(progress)) return `${outcome(progress)}${reasons.join('')}`;
    const later = isLast ? ' It goes on; ask for the status to hear more.' : '';
    return `${counts(progress)} of ${total} so far.${reasons.join('')}${later}`;
  },
  stranger: ({ team, member }) =>
    `I do not know you here yet, so nothing was done. An administrator can let you in: POST /api/chat-ops/users with team ${team} and member ${member}.`,
  tooLong: 'That is too long for me: please write at most 2,000 characters.',
  working: 'On it …',
  declined: 'All right, nothing was done.',
  confirmButton: 'Confirm',
  declineButton: 'Cancel',
};

function outcome(progress: Progress): string {
  const { total, succeeded, failed } = progress;
  if (succeeded === total) return total === 1 ? 'Done: it succeeded.' : `Done: all ${total} succeeded.`;
  if (failed === total) return total === 1 ? 'It failed.' : `All ${total} failed.`;
  return `Ended: ${counts(progress)}.`;
}

function counts({ succeeded, failed, canceled }: Progress): string {
  const parts = [
    `${succeeded} succeeded`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(canceled > 0 ? [`${canceled} canceled`] : []),
  ];
  return parts.join(', ');
}

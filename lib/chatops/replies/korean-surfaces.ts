/** What is said in Korean where people write from a chat product: how far things are, and who they are to us. */
import { withParticle } from './particle.ts';
import { hasEnded, type Progress, type SurfaceReplies } from './surface-replies.ts';

export const KOREAN_SURFACES: SurfaceReplies = {
  progress(progress) {
    const { total, failures, isLast } = progress;
    const reasons = failures.map(
      ({ target, message }) =>
        ` ${target.provider}의 ${withParticle(target.skill, '은/는')} 실패했습니다: ${message}`,
    );
    if (hasEnded(progress)) return `${outcome(progress)}${reasons.join('')}`;
    const later = isLast ? ' 작업은 계속됩니다. 이후의 상태는 물어봐 주세요.' : '';
    return `${total}건 중 ${counts(progress)}.${reasons.join('')}${later}`;
  },
  stranger: ({ team, member }) =>
    `아직 등록되지 않은 사용자라 아무것도 실행하지 않았습니다. 관리자가 POST /api/chat-ops/users(team ${team}, member ${member})로 등록할 수 있습니다.`,
  tooLong: '메시지가 너무 깁니다. 2,000자 안으로 써 주세요.',
  working: '처리하고 있습니다 …',
  declined: '알겠습니다. 아무것도 실행하지 않았습니다.',
  confirmButton: '확인',
  declineButton: '취소',
};

function outcome(progress: Progress): string {
  const { total, succeeded, failed } = progress;
  if (succeeded === total) return total === 1 ? '완료: 성공했습니다.' : `완료: ${total}건 모두 성공했습니다.`;
  if (failed === total) return total === 1 ? '실패했습니다.' : `${total}건 모두 실패했습니다.`;
  return `종료: ${counts(progress)}.`;
}

function counts({ succeeded, failed, canceled }: Progress): string {
  const parts = [
    `성공 ${succeeded}건`,
    ...(failed > 0 ? [`실패 ${failed}건`] : []),
    ...(canceled > 0 ? [`취소 ${canceled}건`] : []),
  ];
  return parts.join(', ');
}

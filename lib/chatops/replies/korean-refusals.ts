/** Why nothing was done, and what to write instead, in Korean. */
import type { RefusalReason } from '../refusals.ts';

export const KOREAN_REFUSALS: Readonly<Record<RefusalReason, string>> = {
  unsafe: '규칙을 우회하거나 비밀 정보를 요구하는 요청은 처리하지 않습니다.',
  not_a_command: '요청으로 읽히지 않아 아무것도 하지 않았습니다. 예: "pdf-tools를 openai-prod에 설치해줘".',
  multiple_actions: '한 번에 하나의 요청만 처리할 수 있습니다. 메시지를 나누어 보내 주세요.',
  unsupported_action:
    '채팅에서는 할 수 없는 일입니다. 스킬 설치, 업그레이드, 제거, 롤백, 작업 취소와 재시도, 상태 확인을 할 수 있습니다. "도움말"이라고 쓰면 예를 볼 수 있습니다.',
  unknown_skill: '모르는 스킬입니다. 카탈로그에 있는 이름으로 써 주세요.',
  ambiguous_skill: '여러 스킬로 읽힐 수 있습니다. 정확한 이름을 써 주세요.',
  missing_skill: '어떤 스킬인지 알려 주세요. 예: "pdf-tools를 openai-prod에 설치해줘".',
  unknown_provider: '모르는 프로바이더입니다. 등록된 연결 이름으로 써 주세요.',
  ambiguous_provider: '여러 프로바이더로 읽힐 수 있습니다. 정확한 이름을 써 주세요.',
  inactive_provider: '비활성 상태인 프로바이더입니다. 먼저 활성화하거나 다른 프로바이더를 써 주세요.',
  missing_provider: '어느 프로바이더인지 알려 주세요. 예: "pdf-tools를 openai-prod에 설치해줘".',
  unknown_ref: '그 스킬에 없는 버전입니다. 있는 버전을 쓰거나, 최신 버전이면 생략해 주세요.',
  blocked_skill:
    '설치할 수 없는 버전입니다. 검사에서 심각한 문제가 발견되었거나 검사를 마치지 못했거나, 회수된 버전입니다. 관리자가 검사 결과를 확인하고 승인하면 설치할 수 있으며, 회수된 버전이라면 다른 버전을 설치해 주세요.',
  not_understood:
    '뜻을 정확히 알 수 없어 아무것도 하지 않았습니다. 예: "pdf-tools를 openai-prod에 설치해줘".',
  forbidden: '권한이 없습니다. 운영자에게 요청해 주세요.',
  plan_changed: '그사이 상태가 바뀌어 실행하지 않았습니다. 메시지를 다시 보내 주세요.',
  confirmation_expired: '이미 쓰였거나 기한이 지난 확인입니다. 메시지를 다시 보내 주세요.',
  confirmation_required: '아직 실행하지 않았습니다. 먼저 확인이 필요합니다.',
};

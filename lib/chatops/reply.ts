/** Answers a chat message in one or two plain sentences of its own language. */
import { josa } from 'es-hangul';
import type { Intent } from './interpret.ts';
import type { Language } from './lexicon.ts';
import type { RefusalReason } from './refusals.ts';

export interface Accepted {
  readonly language: Language;
  readonly intent: Intent;
  /** Nothing was started: the reply tells what would be. */
  readonly isDryRun: boolean;
  readonly batchId: string | null;
}

export interface Refused {
  readonly language: Language;
  readonly reason: RefusalReason;
  readonly suggestions: readonly string[];
  /** What the API would have answered, where it was the API that refused. */
  readonly detail: string | null;
}

export function acceptedReply({ language, intent, isDryRun, batchId }: Accepted): string {
  return language === 'ko'
    ? acceptedInKorean(intent, isDryRun, batchId)
    : acceptedInEnglish(intent, isDryRun, batchId);
}

function acceptedInEnglish(
  { skills, providers, ref }: Intent,
  isDryRun: boolean,
  batchId: string | null,
): string {
  const what = `${skills.join(', ')} (${ref ?? 'newest version'}) on ${providers.join(', ')}`;
  if (isDryRun) return `This would install ${what}. Nothing was changed.`;
  const count = skills.length * providers.length;
  const queued = `Queued ${count} ${count === 1 ? 'run' : 'runs'}: install ${what}.`;
  return batchId === null ? queued : `${queued} Follow it at /api/install-batches/${batchId}.`;
}

function acceptedInKorean(
  { skills, providers, ref }: Intent,
  isDryRun: boolean,
  batchId: string | null,
): string {
  const skill = withParticle(`${skills.join(', ')} ${ref ?? '최신 버전'}`, '을/를');
  const what = `${providers.join(', ')}에 ${skill}`;
  if (isDryRun) return `${what} 설치하게 됩니다. 바뀐 것은 없습니다.`;
  const queued = `${what} 설치하는 작업 ${skills.length * providers.length}건을 대기열에 넣었습니다.`;
  return batchId === null
    ? queued
    : `${queued} 진행 상황은 /api/install-batches/${batchId}에서 볼 수 있습니다.`;
}

export function refusedReply({ language, reason, suggestions, detail }: Refused): string {
  const texts = language === 'ko' ? KOREAN : ENGLISH;
  const hint = suggestions.length === 0 ? '' : ` ${suggested(language, reason, suggestions)}`;
  // What the API says is English.
  return `${texts[reason]}${hint}${detail === null || language === 'ko' ? '' : ` ${detail}`}`;
}

function suggested(language: Language, reason: RefusalReason, suggestions: readonly string[]): string {
  const names = suggestions.join(', ');
  const isChoice = reason.startsWith('ambiguous_');
  if (language === 'en') return isChoice ? `Choose from: ${names}.` : `Known: ${names}.`;
  return isChoice ? `다음 중에서 골라 주세요: ${names}.` : `비슷한 이름: ${names}.`;
}

const ENGLISH: Readonly<Record<RefusalReason, string>> = {
  unsafe: 'I will not do that: it asks me to work around the rules, or for something secret.',
  not_a_command:
    'I did not read that as a request, so nothing was done. Write for example "install pdf-tools on openai-prod".',
  multiple_actions: 'That is more than one request. Please send one message for each.',
  unsupported_action:
    'I cannot do that from chat. I can install a skill now, as in "install pdf-tools on openai-prod".',
  unknown_skill: 'I do not know that skill. Please write its name as in the catalogue.',
  ambiguous_skill: 'That could mean several skills. Please write the full name of the one you mean.',
  missing_skill: 'Which skill? Please write its name, as in "install pdf-tools on openai-prod".',
  unknown_provider: 'I do not know that provider. Please write the name of a connection.',
  ambiguous_provider: 'That could mean several providers. Please write the full name of the one you mean.',
  inactive_provider: 'That provider is not active. Activate it first, or name another one.',
  missing_provider: 'On which provider? Please add it, as in "install pdf-tools on openai-prod".',
  unknown_ref: 'That skill has no such version. Please name one it has, or leave it out for the newest.',
  blocked_skill:
    'That version may not be installed: its scan found something critical or could not be completed, or it was yanked. Nothing was done.',
  not_understood:
    'I did not understand that well enough to act on it. Write for example "install pdf-tools on openai-prod".',
  forbidden: 'Your role does not allow that. Please ask an operator.',
  plan_changed: 'Things have changed since, so nothing was done. Please send the message again.',
  confirmation_expired: 'That confirmation is used up or too old. Please send the message again.',
  confirmation_required:
    'This would reach every provider, so nothing was done yet. Please name the providers one by one.',
};

const KOREAN: Readonly<Record<RefusalReason, string>> = {
  unsafe: '규칙을 우회하거나 비밀 정보를 요구하는 요청은 처리하지 않습니다.',
  not_a_command: '요청으로 읽히지 않아 아무것도 하지 않았습니다. 예: "pdf-tools를 openai-prod에 설치해줘".',
  multiple_actions: '한 번에 하나의 요청만 처리할 수 있습니다. 메시지를 나누어 보내 주세요.',
  unsupported_action:
    '채팅에서는 할 수 없는 일입니다. 스킬 설치는 "pdf-tools를 openai-prod에 설치해줘"처럼 쓸 수 있습니다.',
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
  confirmation_required:
    '모든 프로바이더에 적용되는 요청이라 아직 실행하지 않았습니다. 설치할 프로바이더 이름을 하나씩 적어 주세요.',
};

type Particle = '을/를' | '이/가' | '은/는' | '으로/로' | '와/과';

/** How digits and the Latin letters with a final consonant are read aloud; the library knows Hangul only. */
const READINGS: Readonly<Record<string, string>> = {
  0: '영',
  1: '일',
  2: '이',
  3: '삼',
  4: '사',
  5: '오',
  6: '육',
  7: '칠',
  8: '팔',
  9: '구',
  l: '엘',
  m: '엠',
  n: '엔',
};

/** The word with the particle that fits its last sound: "1.0을", "2.4.1로", "docx를". */
export function withParticle(word: string, particle: Particle): string {
  const last = /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u.exec(word)?.[0] ?? '';
  const spoken = READINGS[last.toLowerCase()] ?? last;
  return `${word}${josa.pick(spoken, particle)}`;
}

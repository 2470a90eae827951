/** Tells what is only said before, between and behind an order from what is ordered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpret } from './interpret.ts';
import { SAMPLE } from './sample-vocabulary.ts';

function summary(message: string): string {
  const result = interpret(message, SAMPLE);
  if (!result.accepted) return result.reason;
  const { action, skills, providers, ref } = result.intent;
  return [action, ...skills, '@', ...providers, ...(ref === null ? [] : [ref])].join(' ');
}

const CASES: readonly (readonly [message: string, expected: string])[] = [
  ['pull docx off claude-prod, it garbles the nightly run', 'uninstall docx @ claude-prod'],
  ['please downgrade docx on claude-prod, 1.1.0 floods the log', 'rollback docx @ claude-prod'],
  ['install docx on claude-prod, our Lisbon office says it is great', 'install docx @ claude-prod'],
  ["install docx on claude-prod, our writers can't work without it", 'install docx @ claude-prod'],
  ['Marketing wants docx. Install it on claude-prod', 'install docx @ claude-prod'],
  ['docx and xlsx are out of date on claude-prod, please upgrade both', 'upgrade docx xlsx @ claude-prod'],
  ['claude-prod에 docx 넣어 주세요 팀 전체가 쓸 거예요', 'install docx @ claude-prod'],
  ['claude-prod에 docx 깔아 주세요~ 실험 좀 해 보려고요', 'install docx @ claude-prod'],
  ['docx 때문에 폰트가 다 깨져요 😭 claude-prod에서 지워 주세요', 'uninstall docx @ claude-prod'],
  [
    'install docx on all providers, leaving out claude-prod',
    'install docx @ openai-prod openai-staging claude-research gemini-prod local-seoul',
  ],
  ['claude-prod에 docx 설치 원하지 않아요', 'not_a_command'],
  ['claude-prod에 docx 설치해 볼까?', 'not_a_command'],
  ['claude-prod에 docx 설치해 주셔서 감사합니다', 'not_a_command'],
  ['is it too early to upgrade docx on claude-prod?', 'not_a_command'],
  ['would it hurt to remove docx from claude-prod?', 'not_a_command'],
  ['our admin is removing docx from claude-prod', 'not_a_command'],
  ['docx 설치 취소해 주실래요? 클로드 쪽이요', 'cancel docx @ claude-prod claude-research'],
];

for (const [message, expected] of CASES)
  test(`talk beside orders: ${message}`, () => assert.equal(summary(message), expected));

/** Replies must be plain, name what is done, and use the right particle after digits and Latin words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSAL_REASONS } from './refusals.ts';
import { acceptedReply, refusedReply, withParticle } from './reply.ts';

const intent = {
  action: 'install',
  skills: ['pdf-tools'],
  providers: ['openai-prod'],
  ref: '1.3.0',
} as const;

test('what was queued is told in the language of the message', () => {
  const english = acceptedReply({ language: 'en', intent, isDryRun: false, batchId: 'bat_1' });
  assert.equal(
    english,
    'Queued 1 run: install pdf-tools (1.3.0) on openai-prod. Follow it at /api/install-batches/bat_1.',
  );
  const korean = acceptedReply({ language: 'ko', intent, isDryRun: false, batchId: 'bat_1' });
  assert.equal(
    korean,
    'openai-prod에 pdf-tools 1.3.0을 설치하는 작업 1건을 대기열에 넣었습니다. 진행 상황은 /api/install-batches/bat_1에서 볼 수 있습니다.',
  );
});

test('a dry run says that nothing was changed', () => {
  assert.match(
    acceptedReply({ language: 'en', intent, isDryRun: true, batchId: null }),
    /Nothing was changed/u,
  );
  assert.match(
    acceptedReply({ language: 'ko', intent, isDryRun: true, batchId: null }),
    /바뀐 것은 없습니다/u,
  );
});

test('every reason has its own words in both languages, and suggestions are named', () => {
  for (const language of ['en', 'ko'] as const) {
    const texts = REFUSAL_REASONS.map((reason) =>
      refusedReply({ language, reason, suggestions: ['pdf-tools'], detail: null }),
    );
    assert.equal(new Set(texts).size, REFUSAL_REASONS.length);
    for (const text of texts) assert.match(text, /pdf-tools\.$/u);
  }
});

test('particles follow the sound of the last letter or digit', () => {
  const objects = [
    '스킬을',
    '도구를',
    'docx를',
    '1.0을',
    '1.1을',
    '1.2를',
    '1.3을',
    '1.4를',
    '1.6을',
    '1.7을',
    '1.8을',
    '1.9를',
    'main을',
  ];
  for (const expected of objects) assert.equal(withParticle(expected.slice(0, -1), '을/를'), expected);
  for (const expected of ['2.0으로', '2.1로', '2.2로', '2.3으로', '2.7로', '서버로', '서울로']) {
    assert.equal(withParticle(expected.replace(/으?로$/u, ''), '으로/로'), expected);
  }
});

/** Replies must be plain, name what is done, and use the right particle after digits and Latin words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSAL_REASONS } from '../refusals.ts';
import { withParticle } from './particle.ts';
import { refusedReply, repliesIn } from './reply.ts';

const target = { skill: 'pdf-tools', version: '1.3.0', provider: 'openai-prod' };
const work = { action: 'install', targets: [target], batchIds: ['bat_1'], reused: 0 } as const;

test('what was queued is told in the language of the message', () => {
  assert.equal(
    repliesIn('en').started(work),
    'Queued 1 run: install pdf-tools 1.3.0 on openai-prod. Follow it at /api/install-batches/bat_1.',
  );
  assert.equal(
    repliesIn('ko').started(work),
    'openai-prod에 pdf-tools 1.3.0을 설치하는 작업 1건을 대기열에 넣었습니다. 진행 상황은 /api/install-batches/bat_1에서 볼 수 있습니다.',
  );
});

test('a version that is gone to is told as such', () => {
  const upgrade = { ...work, action: 'upgrade', batchIds: [] } as const;
  assert.match(repliesIn('en').started(upgrade), /upgrade pdf-tools to 1\.3\.0 on openai-prod/u);
  assert.match(repliesIn('ko').started(upgrade), /openai-prod의 pdf-tools를 1\.3\.0으로 업그레이드하는/u);
});

test('targets that are alike are told together, others apart', () => {
  const targets = [
    target,
    { ...target, provider: 'claude-prod' },
    { ...target, version: '1.2.0', provider: 'gemini-prod' },
  ];
  assert.match(
    repliesIn('en').planned({ ...work, targets }),
    /install pdf-tools 1\.3\.0 on openai-prod, claude-prod; pdf-tools 1\.2\.0 on gemini-prod/u,
  );
});

test('what is only planned says that nothing was changed', () => {
  assert.match(repliesIn('en').planned(work), /Nothing was changed/u);
  assert.match(repliesIn('ko').planned(work), /바뀐 것은 없습니다/u);
  assert.match(repliesIn('en').toConfirm(work), /confirm within 10 minutes/u);
  assert.match(repliesIn('ko').toConfirm(work), /10분 안에 확인/u);
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

/** Pasted secrets must go; names, versions, ids and ordinary sentences must stay as they were written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskSecrets } from './mask-secrets.ts';

const SECRETS = [
  'sk-proj-abcdEFGH1234567890abcdEFGH',
  'sk-ant-api03-abcdefghijklmnopqrstuvwx',
  `AIza${'Sy0aB'.repeat(7)}`,
  `ghp_${'a1B2'.repeat(9)}`,
  `github_pat_${'a1B2'.repeat(9)}`,
  'xoxb-1234567890-abcdefghij',
  'AKIAIOSFODNN7EXAMPLE',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF_123',
  `skc_${'Ab3'.repeat(12)}`,
  `dGhpc0lzQVNlY3JldEtleTEyMzQ1Njc4OTA=`,
];

for (const secret of SECRETS) {
  test(`${secret.slice(0, 12)}… is taken out wherever it stands`, () => {
    for (const text of [
      secret,
      `my key is ${secret}, install docx`,
      `키는 ${secret} 이야`,
      `key="${secret}"`,
    ])
      assert.ok(!maskSecrets(text).includes(secret.slice(4, 16)), maskSecrets(text));
  });
}

test('what a name announces is taken out, and the name stays', () => {
  assert.equal(maskSecrets('password=hunter2hunter2 please'), 'password=[secret removed] please');
  assert.equal(maskSecrets('비밀번호: abcd1234efgh'), '비밀번호: [secret removed]');
  assert.equal(
    maskSecrets('Authorization: Bearer abcdefgh12345678'),
    'Authorization: Bearer [secret removed]',
  );
});

test('a private key goes as a whole', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n-----END RSA PRIVATE KEY-----';
  assert.equal(maskSecrets(`here: ${key} ok`), 'here: [secret removed] ok');
});

test('ordinary messages stay as they are', () => {
  for (const text of [
    'install pdf-tools 1.2.0 on openai-prod and claude-prod, please',
    'cancel run_0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
    'roll docx back to 9c432d0fc70242ecd800ea542134d2d377dbede2',
    'openai-prod의 토큰 교체해줘',
    'what is the token limit of docx?',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ])
    assert.equal(maskSecrets(text), text);
});

test('masking twice changes nothing more', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      (text) => maskSecrets(maskSecrets(text)) === maskSecrets(text),
    ),
  );
});

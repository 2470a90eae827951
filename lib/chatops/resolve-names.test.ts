/** A name must be found when it is nearly right, and must not be when that would be a guess. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLatinKeyboard, resolveProvider, resolveRef, resolveSkill } from './resolve-names.ts';
import { SAMPLE } from './sample-vocabulary.ts';

function skillOf(text: string): string {
  const { is, slugs } = resolveSkill(text, SAMPLE);
  return is === 'found' ? slugs.join() : is;
}

test('skills: exact name, then a distinctive word, then a slip', () => {
  assert.equal(skillOf('PDF_Tools'), 'pdf-tools');
  assert.equal(skillOf('번역도우미'), 'translate-ko');
  assert.equal(skillOf('terraform'), 'terraform-plan');
  assert.equal(skillOf('엑셀'), 'xlsx');
  assert.equal(skillOf('pdf-tols'), 'pdf-tools');
  assert.equal(skillOf('dcox'), 'docx');
  assert.equal(skillOf('번연 도우미'), 'translate-ko');
});

test('skills: shared words and equal distance are ambiguous, digits and other scripts are no slips', () => {
  assert.equal(skillOf('pdf'), 'ambiguous');
  assert.equal(skillOf('api-mocs'), 'ambiguous');
  assert.equal(skillOf('docx2'), 'unknown');
  assert.equal(skillOf('d\u043Ecx'), 'unknown');
  assert.equal(skillOf('translate-kr'), 'unknown');
});

test('connections: kind, environment, both, and what is inactive', () => {
  const phrase = { slugs: [], kinds: [], qualifiers: [], unknown: '', plural: false };
  const of = (some: Partial<Parameters<typeof resolveProvider>[0]>): string => {
    const { is, slugs } = resolveProvider({ ...phrase, ...some }, SAMPLE);
    return is === 'found' ? slugs.join(' ') : is;
  };
  assert.equal(of({ kinds: ['gemini'] }), 'gemini-prod');
  assert.equal(of({ kinds: ['claude'], qualifiers: ['prod'] }), 'claude-prod');
  assert.equal(of({ kinds: ['claude'], qualifiers: ['staging'] }), 'unknown');
  assert.equal(of({ kinds: ['gemini'], qualifiers: ['eu'] }), 'inactive');
  assert.equal(of({ qualifiers: ['prod'] }), 'ambiguous');
  assert.equal(of({ qualifiers: ['prod'], plural: true }), 'openai-prod claude-prod gemini-prod');
  assert.equal(of({ unknown: 'openai-stagng' }), 'openai-staging');
  assert.equal(of({ unknown: 'cluade' }), 'claude-prod claude-research');
  assert.equal(of({ unknown: 'openai-dev' }), 'unknown');
  assert.equal(of({ unknown: 'mistral' }), 'unknown');
});

test('versions: exact, shortened when only one begins so, and labels by their kind', () => {
  const skill = SAMPLE.skills.get('pdf-tools');
  assert.ok(skill);
  assert.equal(resolveRef('v1.3.0', null, skill), '1.3.0');
  assert.equal(resolveRef('2.0', null, skill), '2.0.0');
  assert.equal(resolveRef('1', null, skill), null);
  assert.equal(resolveRef('stable', 'tag', skill), 'stable');
  assert.equal(resolveRef('stable', 'branch', skill), null);
  assert.equal(resolveRef('a79f1b4', 'commit', skill), 'a79f1b4');
  assert.equal(resolveRef('a79f1', 'commit', skill), null);
  assert.equal(resolveRef('2', null, { ...skill, versions: ['1', '2', '2.0.0'] }), null);
});

test('Hangul typed on a Latin keyboard', () => {
  assert.equal(fromLatinKeyboard('tjfcl'), '설치');
  assert.equal(fromLatinKeyboard('mistral'), null);
  assert.equal(fromLatinKeyboard('hhot'), null);
});

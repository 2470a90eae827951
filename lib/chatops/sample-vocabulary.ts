/** A small catalogue with the usual traps in its names, for the tests of this folder. */
import type { ProviderEntry, SkillEntry, Vocabulary } from './vocabulary.ts';
import { buildVocabulary } from './vocabulary-index.ts';

function skill(slug: string, displayName: string, versions: readonly string[]): SkillEntry {
  return { slug, displayName, versions, tags: [], branches: ['main'], commits: [] };
}

function provider(slug: string, kind: string, displayName: string, active = true): ProviderEntry {
  return { slug, kind, displayName, active };
}

export const SAMPLE: Vocabulary = buildVocabulary({
  skills: [
    {
      ...skill('pdf-tools', 'PDF Tools', ['1.2.0', '1.3.0', '2.0.0']),
      tags: ['stable'],
      commits: ['a79f1b4eb6c23a9c420f54449061d1e434f5f43e'],
    },
    skill('pdf-forms', 'PDF Forms', ['1.0.0']),
    skill('docx', 'Word Documents', ['1.0.0', '1.1.0']),
    skill('xlsx', '엑셀 자동화', ['1.0.0', '1.1.0']),
    skill('web-research', 'Web Research', ['4.0.0']),
    skill('terraform-plan', 'Terraform Plan Reader', ['1.5.0']),
    skill('translate-ko', '번역 도우미', ['1.0.0']),
    skill('api-docs', 'API Docs Writer', ['1.9.0']),
    skill('api-mocks', 'API Mock Server', ['0.3.0']),
  ],
  providers: [
    provider('openai-prod', 'openai', 'OpenAI Production'),
    provider('openai-staging', 'openai', 'OpenAI Staging'),
    provider('claude-prod', 'claude', 'Claude Production'),
    provider('claude-research', 'claude', 'Claude 연구팀'),
    provider('gemini-prod', 'gemini', 'Gemini Production'),
    provider('gemini-eu', 'gemini', 'Gemini Europe', false),
    provider('local-seoul', 'local', '서울 온프레미스'),
  ],
});

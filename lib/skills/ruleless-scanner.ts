/** A scanner without any rule: it reads nothing, and its reports say so. */
import type { SkillScanner } from './scan-content.ts';

export function rulelessScanner(): SkillScanner {
  const ruleSet = 'none';
  const capabilities = { network: [], shell: [], files: [], credentials: [] };
  const report = { ruleSet, findings: [], capabilities, analyzability: 0 };
  return { ruleSet, scan: () => Promise.resolve({ status: 'done', report }) };
}

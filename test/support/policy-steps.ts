/** What tests of scans, approvals and yanks do over HTTP, as the admin unless told another key. */
import assert from 'node:assert/strict';
import type { Findings } from '../../lib/skills/policy/findings-schema.ts';
import type { Skill } from '../../lib/skills/schema.ts';
import type { SkillVersion } from '../../lib/skills/versions/version-schema.ts';
import type { AnswerBody } from './app.ts';
import { inlineSkill } from './skills.ts';
import type { SteppedRuns } from './stepped-runs.ts';

/** Rules for `wordScanner`. */
export const WORDS = { evilword: 'critical', wildword: 'high', oddword: 'low' } as const;

export function policySteps(current: () => SteppedRuns) {
  async function call(status: number, method: string, path: string, body?: unknown, key?: string) {
    const answer = await current().app.call(method, path, body, key === undefined ? {} : { key });
    assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async function register(name: string, text?: string): Promise<SkillVersion> {
    return ((await call(201, 'POST', '/api/skills', inlineSkill(name, text))) as unknown as Skill)
      .latestVersion;
  }

  async function addVersion(name: string, text: string): Promise<SkillVersion> {
    const path = `/api/skills/${name}/versions`;
    return (await call(201, 'POST', path, inlineSkill(name, text))) as unknown as SkillVersion;
  }

  async function findings(name: string, ref = 'latest'): Promise<Findings> {
    const path = `/api/skills/${name}/versions/${ref}/findings`;
    return (await call(200, 'GET', path)) as unknown as Findings;
  }

  async function approve(status: number, name: string, key?: string, ref = 'latest') {
    const path = `/api/skills/${name}/versions/${ref}/approve`;
    return await call(status, 'POST', path, { reason: 'Looked at by hand' }, key);
  }

  async function install(status: number, skill: string, more: object = {}): Promise<AnswerBody> {
    return await call(status, 'POST', '/api/install-runs', { skill, providers: ['openai-test'], ...more });
  }

  async function planned(skill: string, more: object = {}) {
    const { plan } = await install(200, skill, { dryRun: true, ...more });
    const [entry] = plan as {
      effect: string;
      reasons: string[];
      warnings: string[];
      to: { number: number };
    }[];
    assert.ok(entry);
    return entry;
  }

  async function audited(action: string, target: string) {
    const { items } = await call(200, 'GET', `/api/audit-logs?action=${action}&target=${target}`);
    return items as { note: string | null; change: Record<string, unknown>; actor: { id: string } }[];
  }

  return { call, register, addVersion, findings, approve, install, planned, audited };
}

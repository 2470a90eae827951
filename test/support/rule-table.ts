/** The table of a scan rule as tests: what it finds, and the near misses that it leaves alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rule, Severity } from '../../lib/skills/scan/rule.ts';
import { type FoundText, matchesOf, scannedFile } from './rule-matches.ts';

export interface Sample {
  readonly path: string;
  readonly text: string;
  readonly severity?: Severity;
}

export interface RuleTable {
  /** With the rule's own severity, where the sample names no other. */
  readonly finds: readonly Sample[];
  readonly leaves: readonly Sample[];
}

export const prose = (text: string, severity?: Severity): Sample => sample('SKILL.md', text, severity);
export const fenced = (text: string, severity?: Severity): Sample =>
  sample('SKILL.md', `Do this:\n\n\`\`\`\n${text}\n\`\`\`\n`, severity);
export const shell = (text: string, severity?: Severity): Sample => sample('scripts/run.sh', text, severity);
export const powershell = (text: string, severity?: Severity): Sample =>
  sample('scripts/run.ps1', text, severity);
export const python = (text: string, severity?: Severity): Sample => sample('scripts/run.py', text, severity);
export const javascript = (text: string, severity?: Severity): Sample =>
  sample('scripts/run.js', text, severity);

/** At least three that are found and four that are not, so that no rule stands untested. */
export function describeRules(rules: readonly Rule[], tables: Readonly<Record<string, RuleTable>>): void {
  it('has a table for every rule', () => {
    assert.deepEqual(
      Object.keys(tables),
      rules.map(({ id }) => id),
    );
    for (const [id, { finds, leaves }] of Object.entries(tables)) {
      assert.ok(finds.length >= 3 && leaves.length >= 4, id);
    }
  });
  for (const rule of rules) {
    const { finds, leaves } = tables[rule.id] ?? { finds: [], leaves: [] };
    describe(`${rule.id}, ${rule.title}`, () => {
      for (const one of finds) {
        it(`finds ${shown(one)}`, () => {
          const severities = found(rule, one).map(({ severity }) => severity);
          assert.ok(severities.includes(one.severity ?? rule.severity), `found: ${severities.join(' ')}`);
        });
      }
      for (const one of leaves) it(`leaves ${shown(one)}`, () => assert.deepEqual(found(rule, one), []));
    });
  }
}

function found(rule: Rule, { path, text }: Sample): FoundText[] {
  return matchesOf([rule], [scannedFile(path, text)]);
}

function sample(path: string, text: string, severity?: Severity): Sample {
  return { path, text, ...(severity && { severity }) };
}

function shown({ path, text }: Sample): string {
  return `${path}: ${text.replaceAll(/\s+/g, ' ').slice(0, 100)}`;
}

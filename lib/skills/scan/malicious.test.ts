/** Every known way to do harm is found and nothing of the kind is said of skills that are fine */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maliciousSkills } from '../../../test/support/malicious-skills.ts';
import { skillCollection } from '../../../test/support/real-skills.ts';
import { type FoundText, matchesOf, scannedFile } from '../../../test/support/rule-matches.ts';
import type { Rule, ScannedFile } from './rule.ts';
import { credentialRules } from './rules/credentials.ts';
import { executionRules } from './rules/execution.ts';
import { networkRules } from './rules/network.ts';
import { persistenceRules } from './rules/persistence.ts';
import { supplyChainRules } from './rules/supply-chain.ts';

const rules: readonly Rule[] = [
  ...executionRules,
  ...networkRules,
  ...credentialRules,
  ...persistenceRules,
  ...supplyChainRules,
];

function isGrave({ severity }: FoundText): boolean {
  return severity === 'critical' || severity === 'high';
}

function filesOf(files: Readonly<Record<string, string>>): ScannedFile[] {
  return Object.entries(files).map(([path, text]) => scannedFile(path, text));
}

describe('a malicious skill', () => {
  for (const { what, rule, files } of maliciousSkills()) {
    it(`with ${what} is found`, () => {
      const grave = matchesOf(rules, filesOf(files)).filter(
        ({ severity }) => severity === 'critical' || severity === 'high',
      );
      assert.ok(
        grave.some((found) => found.rule === rule),
        JSON.stringify(grave),
      );
    });
  }
});

describe('a skill that is fine', () => {
  const { label, skills } = skillCollection();
  for (const { name, files } of skills) {
    it(`has nothing grave: ${name} of the ${label}`, () => {
      const texts = files
        .filter(({ bytes }) => !bytes.includes(0))
        .map(({ path, bytes }) => [path, bytes.toString()]);
      const found = matchesOf(rules, filesOf(Object.fromEntries(texts)));
      assert.deepEqual(found.filter(isGrave), []);
    });
  }
});

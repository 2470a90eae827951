/** Scans the files of one skill with every rule: findings, what the skill can do, and how much of it could be read. */
import { capabilitiesOf } from './capabilities.ts';
import { describeMatch } from './describe-match.ts';
import { languageOf, textOf } from './languages.ts';
import { matchesOf } from './match-rules.ts';
import { readingsOf } from './readings.ts';
import type { Finding, ScanReport } from './report.ts';
import { RULE_SET } from './rule-set.ts';
import { type Rule, type ScannedFile, type ScannedSkill, SEVERITIES } from './rule.ts';
import { RULES } from './rules/index.ts';

export interface SkillToScan {
  readonly name: string;
  readonly description: string;
  readonly allowedTools: readonly string[];
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/** What is read of one file, in UTF-16 units; a skill's instructions and scripts are far shorter. */
const MOST_READ = 1024 * 1024;
/** A skill full of findings is not told each of them. The gravest come first. */
const MOST_FINDINGS = 200;

/** Pure. The time it takes grows with the size of the text; whoever calls bounds it. */
export function scanSkill(skill: SkillToScan, rules: readonly Rule[] = RULES): ScanReport {
  let readBytes = 0;
  const files = skill.files.map(({ path, bytes }): ScannedFile => {
    const text = textOf(bytes);
    const language = languageOf(path, text);
    if (text === null) return { path, bytes, language, readings: [] };
    readBytes += bytes.byteLength * Math.min(1, MOST_READ / Math.max(1, text.length));
    return { path, bytes, language, readings: readingsOf(text.slice(0, MOST_READ), language) };
  });
  const scanned: ScannedSkill = { ...skill, files };
  const totalBytes = skill.files.reduce((sum, file) => sum + file.bytes.byteLength, 0);
  return {
    ruleSet: RULE_SET,
    findings: findingsOf(scanned, rules),
    capabilities: capabilitiesOf(scanned),
    analyzability: totalBytes === 0 ? 1 : Math.round((readBytes / totalBytes) * 1000) / 1000,
  };
}

function findingsOf(skill: ScannedSkill, rules: readonly Rule[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const rule of rules) {
    for (const match of matchesOf(rule, skill)) {
      const finding = describeMatch(rule, match);
      const place = `${finding.rule} ${finding.file} ${finding.line}`;
      const before = found.get(place);
      // The same thing is often found in several readings of a line; the gravest sign tells.
      if (!before || rank(finding) < rank(before)) found.set(place, finding);
    }
  }
  return [...found.values()].toSorted(inOrder).slice(0, MOST_FINDINGS);
}

function inOrder(one: Finding, other: Finding): number {
  return (
    rank(one) - rank(other) ||
    compare(one.file, other.file) ||
    (one.line ?? 0) - (other.line ?? 0) ||
    compare(one.rule, other.rule)
  );
}

function rank({ severity }: Finding): number {
  return SEVERITIES.indexOf(severity);
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

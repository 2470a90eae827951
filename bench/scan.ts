/** `npm run bench:scan -- FOLDER`: scans every skill below a folder and says what was found, how often, and how fast. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Finding } from '../lib/skills/scan/report.ts';
import { scanSkill, type SkillToScan } from '../lib/skills/scan/scan-skill.ts';
import { SEVERITIES } from '../lib/skills/scan/rule.ts';
import { RULE_SET } from '../lib/skills/scan/rule-set.ts';
import { formatTable, quantile } from './table.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Say which folder: npm run bench:scan -- path/to/skills\n');
  process.exitCode = 2;
} else main(resolve(folder));

interface Scanned {
  readonly path: string;
  readonly findings: readonly Finding[];
  readonly milliseconds: number;
}

function main(root: string): void {
  const scanned = skillFolders(root).map((path) => scanAt(root, path));
  if (scanned.length === 0) {
    process.stderr.write(`There is no SKILL.md below ${root}\n`);
    process.exitCode = 1;
    return;
  }
  const grave = scanned.filter(({ findings }) => findings.some(isGrave));
  const any = scanned.filter(({ findings }) => findings.length > 0);
  const times = scanned.map(({ milliseconds }) => milliseconds);
  print(`${scanned.length} skills, rule set ${RULE_SET}`);
  print(`any finding            ${share(any, scanned)}`);
  print(
    `high or critical       ${share(grave, scanned)}   (on skills that are fine: the false-positive rate)`,
  );
  print(
    `time a skill           p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms\n`,
  );
  print(formatTable(byRule(scanned)));
  for (const { path, findings } of grave)
    for (const { rule, severity, file, line, excerpt } of findings.filter(isGrave))
      print(`${severity} ${rule} ${path}/${file}:${line ?? ''}  ${excerpt ?? ''}`);
}

function skillFolders(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => basename(name) === 'SKILL.md' && !name.includes('node_modules/'))
    .map((name) => join(root, name, '..'))
    .toSorted();
}

function scanAt(root: string, path: string): Scanned {
  const skill = readSkill(path);
  const startedAt = performance.now();
  const { findings } = scanSkill(skill);
  return { path: relative(root, path), findings, milliseconds: performance.now() - startedAt };
}

function readSkill(path: string): SkillToScan {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return { path: relative(path, file), bytes: readFileSync(file) };
  });
  const manifest = files.find((file) => file.path === 'SKILL.md')?.bytes.toString() ?? '';
  const field = (name: string) =>
    new RegExp(`^${name}:[ \\t]*(.{0,1024})`, 'm').exec(manifest)?.[1]?.trim() ?? '';
  return {
    name: field('name') || basename(path),
    description: field('description'),
    allowedTools: field('allowed-tools')
      .split(/[\s,]+/)
      .filter((tool) => tool !== ''),
    files,
  };
}

function byRule(scanned: readonly Scanned[]) {
  const rules = new Map<string, { skills: number; severities: Set<string>; title: string }>();
  for (const { findings } of scanned) {
    for (const { rule, severity, title } of new Map(
      findings.map((one) => [`${one.rule} ${one.severity}`, one]),
    ).values()) {
      const known = rules.get(rule) ?? { skills: 0, severities: new Set(), title };
      known.skills += 1;
      known.severities.add(severity);
      rules.set(rule, known);
    }
  }
  const rows = [...rules]
    .toSorted(([, one], [, other]) => other.skills - one.skills)
    .map(([rule, { skills, severities, title }]) => [
      rule,
      String(skills),
      SEVERITIES.filter((severity) => severities.has(severity)).join(', '),
      title,
    ]);
  return { title: 'Skills with a finding, by rule', notes: [], head: ['rule', 'skills', 'as', 'what'], rows };
}

function isGrave({ severity }: Finding): boolean {
  return severity === 'critical' || severity === 'high';
}

function share(part: readonly unknown[], whole: readonly unknown[]): string {
  return `${part.length} (${((100 * part.length) / whole.length).toFixed(1)} %)`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

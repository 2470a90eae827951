/** Applies scan rules to texts as the scan does, so that each rule's table says what that rule finds. */
import { languageOf } from '../../lib/skills/scan/languages.ts';
import { matchesOf as placesOf } from '../../lib/skills/scan/match-rules.ts';
import { readingsOf } from '../../lib/skills/scan/readings.ts';
import type { Rule, ScannedFile, Severity } from '../../lib/skills/scan/rule.ts';

export interface FoundText {
  readonly rule: string;
  readonly severity: Severity;
  readonly text: string;
}

export function scannedFile(path: string, text: string): ScannedFile {
  const language = languageOf(path, text);
  return { path, bytes: Buffer.from(text), language, readings: readingsOf(text, language) };
}

export function matchesOf(rules: readonly Rule[], files: readonly ScannedFile[]): FoundText[] {
  const skill = { name: 'a-skill', description: 'A skill.', allowedTools: [], files };
  return rules.flatMap((rule) =>
    Array.from(placesOf(rule, skill), ({ reading, index = 0, length = 0, severity = rule.severity }) => ({
      rule: rule.id,
      severity,
      text: reading?.text.slice(index, index + length) ?? '',
    })),
  );
}

/** Applies scan rules to one text without the scan around them, so that each rule's table says what that rule finds. */
import { extname } from 'node:path';
import type {
  Language,
  Match,
  Pattern,
  Reading,
  Rule,
  ScannedFile,
  Severity,
} from '../../lib/skills/scan/rule.ts';

const LANGUAGES: Readonly<Record<string, Language>> = {
  '.md': 'markdown',
  '.sh': 'shell',
  '.ps1': 'powershell',
  '.py': 'python',
  '.js': 'javascript',
  '.ts': 'javascript',
  '.mjs': 'javascript',
  '.html': 'html',
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
};

export interface FoundText {
  readonly rule: string;
  readonly severity: Severity;
  readonly text: string;
}

/** A file as the rules see it: one plain reading; in Markdown, fences and inline code are code. */
export function scannedFile(path: string, text: string): ScannedFile {
  const language = LANGUAGES[extname(path)] ?? 'text';
  const code = language === 'markdown' ? codeIn(text) : [[0, text.length] as const];
  const reading: Reading = {
    kind: 'plain',
    text,
    placeOf: (index) => ({ line: text.slice(0, index).split('\n').length, column: 1 }),
    isCode: (index) => code.some(([start, end]) => index >= start && index < end),
  };
  return { path, bytes: Buffer.from(text), language, readings: [reading] };
}

export function matchesOf(rules: readonly Rule[], files: readonly ScannedFile[]): FoundText[] {
  return rules.flatMap((rule) => {
    const found = [
      ...('check' in rule ? checked(rule, files) : files.flatMap((file) => matched(rule.patterns, file))),
    ];
    return found.map(({ reading, index = 0, length = 0, severity = rule.severity }) => ({
      rule: rule.id,
      severity,
      text: reading?.text.slice(index, index + length) ?? '',
    }));
  });
}

function checked(rule: Extract<Rule, { check: unknown }>, files: readonly ScannedFile[]): Iterable<Match> {
  return rule.check({ name: 'a-skill', description: 'A skill.', allowedTools: [], files });
}

function matched(patterns: readonly Pattern[], file: ScannedFile): Match[] {
  return file.readings.flatMap((reading) =>
    patterns
      .filter(
        ({ languages, together }) =>
          (languages?.includes(file.language) ?? true) && (together?.test(reading.text) ?? true),
      )
      .flatMap((pattern) => matchesIn(pattern, reading).map((match) => ({ file, reading, ...match }))),
  );
}

function matchesIn({ find, place, unless, severity }: Pattern, reading: Reading): Array<Omit<Match, 'file'>> {
  return Array.from(reading.text.matchAll(new RegExp(find.source, `${find.flags}g`)))
    .filter(({ index }) => place === 'any' || reading.isCode(index) === (place === 'code'))
    .filter(({ index }) => !unless?.test(lineOf(reading.text, index)))
    .map(({ index, 0: { length } }) => ({ index, length, ...(severity && { severity }) }));
}

function lineOf(text: string, index: number): string {
  const end = text.indexOf('\n', index);
  return text.slice(text.lastIndexOf('\n', index - 1) + 1, end < 0 ? text.length : end);
}

function codeIn(markdown: string): Array<readonly [number, number]> {
  const spans = markdown.matchAll(/^ *```[^]*?^ *```|`[^`\n]+`/gm);
  return Array.from(spans, ({ index, 0: { length } }) => [index, index + length] as const);
}

/** SKILL.md → what the skill says of itself, or every way in which it breaks the Agent Skills specification. */
import { type Field, type LineIssue, parseFrontmatter, splitFrontmatter } from './frontmatter.ts';
import type { BundleIssue } from './issues.ts';
import { parseToolList } from './tool-list.ts';

export interface SkillManifest {
  readonly name: string;
  readonly description: string;
  readonly license: string | null;
  readonly compatibility: string | null;
  readonly metadata: Record<string, string>;
  readonly allowedTools: string[];
  /** The Markdown after the frontmatter. */
  readonly body: string;
}

export const SKILL_FILE = 'SKILL.md';

const FIELDS = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
const MAX_NAME = 64;
const MAX_DESCRIPTION = 1024;
const MAX_COMPATIBILITY = 500;
/** Letters that are lower-case or have no case, and digits, in groups joined by single hyphens. */
const NAME = /^[\p{Ll}\p{Lo}\p{Lm}\p{N}]+(?:-[\p{Ll}\p{Lo}\p{Lm}\p{N}]+)*$/u;

type Report = (message: string, field?: Field) => void;

/** Never throws; the issues are all there are, in the order of the file. */
export function parseSkillMd(
  source: string | Uint8Array,
): { ok: true; skill: SkillManifest } | { ok: false; issues: BundleIssue[] } {
  const text = decode(source);
  if (text === null) return refused([{ line: null, message: 'must be UTF-8 text' }]);
  const split = splitFrontmatter(text);
  if ('message' in split) return refused([split]);
  const fields = parseFrontmatter(split);
  if ('issues' in fields) return refused(fields.issues);

  const issues: LineIssue[] = [];
  const skill = readFields(fields, split.body, (message, field) => {
    issues.push({ line: field?.line ?? null, message });
  });
  return issues.length === 0 ? { ok: true, skill } : refused(issues);
}

function readFields(fields: readonly Field[], body: string, report: Report): SkillManifest {
  for (const field of fields) {
    if (!FIELDS.includes(field.key)) {
      report(`unknown field ${quote(field.key)}: only ${FIELDS.join(', ')} are specified`, field);
    }
  }
  const field = (key: string): Field | undefined => fields.find((candidate) => candidate.key === key);
  return {
    name: readName(field('name'), report),
    description: readDescription(field('description'), report),
    license: readText(field('license'), report)?.trim() || null,
    compatibility: readCompatibility(field('compatibility'), report),
    metadata: readMetadata(field('metadata'), report),
    allowedTools: readAllowedTools(field('allowed-tools'), report),
    body,
  };
}

function readName(field: Field | undefined, report: Report): string {
  if (!field) report('name is required');
  const name = readText(field, report);
  if (!field || name === null) return '';
  const problem = checkName(name);
  if (problem !== null) report(`name ${problem}`, field);
  return name;
}

/** What is wrong with a skill's name, or nothing. */
export function checkName(name: string): string | null {
  if (name === '') return 'must not be empty';
  if (countCharacters(name) > MAX_NAME) return `must be at most ${MAX_NAME} characters long`;
  if (name !== name.normalize('NFKC')) return 'must be in its NFKC form';
  if (name !== name.toLowerCase()) return 'must be lower-case';
  if (!NAME.test(name)) {
    return 'must be lower-case letters and digits, with single hyphens between them';
  }
  return null;
}

function readDescription(field: Field | undefined, report: Report): string {
  if (!field) report('description is required');
  const description = readText(field, report)?.trim() ?? null;
  if (!field || description === null) return '';
  checkLength('description', description, MAX_DESCRIPTION, field, report);
  return description;
}

function readCompatibility(field: Field | undefined, report: Report): string | null {
  const compatibility = readText(field, report)?.trim() ?? null;
  if (!field || compatibility === null) return null;
  checkLength('compatibility', compatibility, MAX_COMPATIBILITY, field, report);
  return compatibility;
}

function readMetadata(field: Field | undefined, report: Report): Record<string, string> {
  if (!field) return {};
  if (field.value.kind !== 'map') {
    report('metadata must be a map of texts', field);
    return {};
  }
  const entries = field.value.fields.map((entry) => {
    if (hasControls(entry.key)) report('metadata must not have control characters in a key', entry);
    return [entry.key, readText(entry, report, `metadata.${entry.key}`) ?? ''];
  });
  return Object.fromEntries(entries);
}

function readAllowedTools(field: Field | undefined, report: Report): string[] {
  if (!field) return [];
  // The specification says one text; a YAML list of texts is common and means the same.
  const items = field.value.kind === 'list' ? field.value.items : [field.value];
  const tools = items.flatMap((item) => (item.kind === 'text' ? parseToolList(item.text) : null));
  const valid = tools.filter((tool) => tool !== null);
  if (valid.length < tools.length) {
    report('allowed-tools must be names separated by spaces, with balanced parentheses', field);
  }
  if (valid.some(hasControls)) report('allowed-tools must not contain control characters', field);
  return [...new Set(valid)];
}

/** The text of a field, or null when there is none; PostgreSQL and JSON could not hold what is refused here. */
function readText(field: Field | undefined, report: Report, label = field?.key): string | null {
  if (!field) return null;
  if (field.value.kind !== 'text') {
    report(`${label} must be a text`, field);
    return null;
  }
  const { text } = field.value;
  if (hasControls(text)) report(`${label} must not contain control characters`, field);
  return text;
}

function checkLength(label: string, text: string, most: number, field: Field, report: Report): void {
  const length = countCharacters(text);
  if (length === 0) report(`${label} must not be empty`, field);
  if (length > most) report(`${label} must be at most ${most} characters long, not ${length}`, field);
}

/** Code points, as the specification's own validator counts. */
function countCharacters(text: string): number {
  return Array.from(text).length;
}

function hasControls(text: string): boolean {
  return !text.isWellFormed() || /(?![\n\r\t])\p{Cc}/u.test(text);
}

function quote(key: string): string {
  return JSON.stringify(key.slice(0, 100));
}

function decode(source: string | Uint8Array): string | null {
  if (typeof source === 'string') return source.replace(/^\u{FEFF}/u, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    // The only failure there is: bytes that are not UTF-8.
    return null;
  }
}

function refused(issues: readonly LineIssue[]): { ok: false; issues: BundleIssue[] } {
  const inOrder = issues.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
  return { ok: false, issues: inOrder.map((issue) => ({ file: SKILL_FILE, ...issue })) };
}

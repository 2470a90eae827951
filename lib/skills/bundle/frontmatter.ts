/** The YAML block at the head of a SKILL.md → its fields as nodes with lines, refusing everything YAML can hide. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';

export interface LineIssue {
  readonly line: number | null;
  readonly message: string;
}

/** A value without its YAML: scalars are the text as it was written, so `1.10` stays `1.10`. */
export type FieldValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly FieldValue[] }
  | { readonly kind: 'map'; readonly fields: readonly Field[] };

export interface Field {
  readonly key: string;
  readonly value: FieldValue;
  readonly line: number;
}

export interface FrontmatterText {
  readonly yaml: string;
  readonly body: string;
  /** Lines of the file before the first line of YAML. */
  readonly firstLine: number;
}

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 32;
const MAX_NODES = 2000;
/** A node takes a handful of tokens; comparing the keys of a map is quadratic, so they are counted before. */
const MAX_TOKENS = 16_000;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '<<']);
const FRONTMATTER = /---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|(?![\s\S]))/my;

/** Parsers of YAML differ in what of this ends a line, so that a comment for one is a field for another. */
const UNCLEAR = /[\u2028\u2029]|(?!\t)\p{Cc}/u;

/** Splits a SKILL.md; the block must begin on the first line. */
export function splitFrontmatter(text: string): FrontmatterText | LineIssue {
  if (!/^---[ \t]*\r?\n/.test(text)) {
    return { line: 1, message: 'must begin with YAML frontmatter between two lines of ---' };
  }
  FRONTMATTER.lastIndex = 0;
  const yaml = FRONTMATTER.exec(text.slice(0, MAX_BYTES + 100))?.[1];
  if (yaml === undefined || Buffer.byteLength(yaml) > MAX_BYTES) {
    return { line: 1, message: `frontmatter must be closed by a line of --- within ${MAX_BYTES / 1024} KB` };
  }
  return { yaml, body: text.slice(FRONTMATTER.lastIndex), firstLine: 1 };
}

/** The fields of the top-level map, or every reason why the YAML cannot be taken. */
export function parseFrontmatter({ yaml, firstLine }: FrontmatterText): Field[] | { issues: LineIssue[] } {
  const unclear = findUnclear(yaml, firstLine);
  if (unclear.length > 0) return { issues: unclear };
  const excess = findExcess(yaml);
  if (excess !== null) return { issues: [{ line: null, message: excess }] };

  const lineCounter = new LineCounter();
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line + firstLine;
  const document = parseDocument(yaml, {
    schema: 'core',
    version: '1.2',
    merge: false,
    uniqueKeys: true,
    customTags: [],
    prettyErrors: false,
    // Not 'silent': that would also hide a second document.
    logLevel: 'error',
    lineCounter,
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { issues: faults.map((fault) => ({ line: lineAt(fault.pos[0]), message: yamlFault(fault) })) };
  }
  const issues = findAbuse(document.contents, lineAt);
  if (issues.length > 0) return { issues };
  if (!isMap(document.contents)) {
    return { issues: [{ line: firstLine + 1, message: 'frontmatter must be a map of fields' }] };
  }
  return fieldsOf(document.contents, lineAt);
}

function fieldsOf(map: YAMLMap, lineAt: (offset: number) => number): Field[] {
  return map.items.flatMap(({ key, value }) =>
    // Other keys were refused before.
    isScalar(key)
      ? [{ key: sourceText(key), value: valueOf(value, lineAt), line: lineAt(offsetOf(key)) }]
      : [],
  );
}

function valueOf(node: unknown, lineAt: (offset: number) => number): FieldValue {
  if (isMap(node)) return { kind: 'map', fields: fieldsOf(node, lineAt) };
  if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => valueOf(item, lineAt)) };
  return { kind: 'text', text: isScalar(node) ? sourceText(node) : '' };
}

function sourceText(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
}

function findUnclear(yaml: string, firstLine: number): LineIssue[] {
  const message = 'frontmatter must not contain control characters or line breaks other than LF and CRLF';
  const lines = yaml.replaceAll('\r\n', '\n').split('\n');
  return lines.flatMap((line, index) =>
    UNCLEAR.test(line) ? [{ line: index + 1 + firstLine, message }] : [],
  );
}

/** Runs the tokens through the tree-less parser, whose stack shows the depth before anything is built. */
function findExcess(yaml: string): string | null {
  const parser = new Parser();
  let tokens = 0;
  for (const lexeme of new Lexer().lex(yaml)) {
    for (const _ of parser.next(lexeme));
    tokens += 1;
    if (tokens > MAX_TOKENS) return `frontmatter must have at most ${MAX_NODES} values`;
    if (parser.stack.length > 2 * MAX_DEPTH) return `frontmatter must be nested at most ${MAX_DEPTH} deep`;
  }
  return null;
}

function findAbuse(contents: Node | null, lineAt: (offset: number) => number): LineIssue[] {
  const issues: LineIssue[] = [];
  const report = (node: Node, message: string): void => {
    issues.push({ line: lineAt(offsetOf(node)), message });
  };
  let nodes = 0;
  visit(contents, {
    Node(_, node, ancestors) {
      nodes += 1;
      if (nodes > MAX_NODES) {
        report(node, `frontmatter must have at most ${MAX_NODES} values`);
        return visit.BREAK;
      }
      if (ancestors.filter((parent) => isMap(parent) || isSeq(parent)).length > MAX_DEPTH) {
        report(node, `frontmatter must be nested at most ${MAX_DEPTH} deep`);
        return visit.BREAK;
      }
      if (isAlias(node)) report(node, 'YAML aliases are not allowed');
      else if (node.anchor !== undefined) report(node, 'YAML anchors are not allowed');
      return undefined;
    },
    Pair(_, { key }) {
      if (!isScalar(key)) issues.push({ line: null, message: 'keys must be plain text' });
      else if (sourceText(key) === '') report(key, 'keys must not be empty');
      else if (FORBIDDEN_KEYS.has(sourceText(key))) report(key, `the key ${sourceText(key)} is not allowed`);
    },
  });
  return issues;
}

function yamlFault({ code, message }: { code: string; message: string }): string {
  if (code === 'DUPLICATE_KEY') return 'a field must not be given twice';
  if (code === 'TAG_RESOLVE_FAILED') return 'YAML tags are not allowed';
  return `not valid YAML: ${message.slice(0, 200)}`;
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** What a scan rule is: data that says what to look for, where, and how bad it is. */

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

interface RuleFacts {
  /** Stable and public, such as `SK-EX-01`. */
  readonly id: string;
  readonly severity: Severity;
  /** What was found, in a few words. */
  readonly title: string;
  /** What a person who reads the finding can do about it. */
  readonly advice: string;
}

/** Where a text stands: `code` is a script, a fenced block or inline code of a document; `prose` is the rest. */
export type Place = 'code' | 'prose' | 'any';

export interface Pattern {
  /** Linear in the length of the text; flags without `g` and `y`, which the scan adds. */
  readonly find: RegExp;
  readonly place: Place;
  /** Only in files written in one of these. */
  readonly languages?: readonly Language[];
  /** Not when this is on the same line: the harmless form. */
  readonly unless?: RegExp;
  /** Only when this occurs somewhere in the same file. */
  readonly together?: RegExp;
  /** In place of the rule's own: a weaker or stronger sign. */
  readonly severity?: Severity;
}

/** A match of one of the patterns is a finding; `check` finds what patterns cannot say. */
export interface Rule extends RuleFacts {
  readonly patterns?: readonly Pattern[];
  check?(skill: ScannedSkill): Iterable<Match>;
}

/** Something found: `index` and `length` count UTF-16 units in `reading.text`; without a reading it is about the file. */
export interface Match {
  readonly file: ScannedFile;
  readonly reading?: Reading;
  readonly index?: number;
  readonly length?: number;
  readonly severity?: Severity;
}

export interface ScannedSkill {
  readonly name: string;
  readonly description: string;
  readonly allowedTools: readonly string[];
  readonly files: readonly ScannedFile[];
}

export type Language =
  | 'markdown'
  | 'shell'
  | 'powershell'
  | 'python'
  | 'javascript'
  | 'html'
  | 'json'
  | 'yaml'
  | 'text'
  | 'binary';

export interface ScannedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly language: Language;
  /** Empty for what is not text. The first reads the file as it stands. */
  readonly readings: readonly Reading[];
}

/** One way to read a file's text, so that hiding a thing does not help. */
export interface Reading {
  /** `plain`: as it stands; `folded`: NFKC without invisible characters; `decoded`: what a base64 or hex blob in it says. */
  readonly kind: 'plain' | 'folded' | 'decoded';
  readonly text: string;
  /** The line and column (from 1) of the file that an index of this text comes from. */
  placeOf(index: number): { readonly line: number; readonly column: number };
  /** Whether the character at this index is in code or in prose. */
  isCode(index: number): boolean;
}

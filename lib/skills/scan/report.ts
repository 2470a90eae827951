/** What a scan says of a skill: findings, facts about what it can do, and how much of it could be read. */
import type { Severity } from './rule.ts';

/** Changes whenever a rule changes: reports of an older rule set are made anew. */
export interface ScanReport {
  readonly ruleSet: string;
  readonly findings: readonly Finding[];
  readonly capabilities: Capabilities;
  /** Share of the bytes that the rules could read, 0 to 1. */
  readonly analyzability: number;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly advice: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** The text around it in one line of at most 160 characters; secrets in it are masked. */
  readonly excerpt: string | null;
  /** Of rule, file and matched text: the same finding in another version has the same one. */
  readonly fingerprint: string;
}

/** Facts, not verdicts: what the skill would use on a machine, each with the places that say so. */
export interface Capabilities {
  readonly network: readonly Evidence[];
  readonly shell: readonly Evidence[];
  readonly files: readonly Evidence[];
  readonly credentials: readonly Evidence[];
}

export interface Evidence {
  readonly file: string;
  readonly line: number;
  /** What stands there: a command, a module, a host. */
  readonly what: string;
}

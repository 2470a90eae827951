/** What the rest of the program sees of a scanner. */
import type { ScanReport } from './report.ts';
import type { SkillToScan } from './scan-skill.ts';

export type ScanOutcome =
  | { readonly status: 'done'; readonly report: ScanReport }
  | { readonly status: 'timed_out' | 'failed' };

export interface SkillScanner {
  readonly ruleSet: string;
  /** Resolves within about `deadlineMs`. */
  scan(input: SkillToScan, deadlineMs: number): Promise<ScanOutcome>;
}

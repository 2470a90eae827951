/** The Kysely types of the tables behind scans, approvals and yanks. */
import type { ColumnType, Generated } from 'kysely';
import type { CreatedTime, JsonColumn, StoredPrincipal, TimeOrNull } from './columns.ts';

export interface StoredFinding {
  rule: string;
  severity: 'critical' | 'high' | 'medium' | 'low';
  title: string;
  advice: string;
  file: string;
  line: number | null;
  column: number | null;
  excerpt: string | null;
  fingerprint: string;
}

type StoredEvidence = readonly { readonly file: string; readonly line: number; readonly what: string }[];

export interface StoredCapabilities {
  network: StoredEvidence;
  shell: StoredEvidence;
  files: StoredEvidence;
  credentials: StoredEvidence;
}

export interface SkillScanTable {
  digest: string;
  rule_set: string;
  status: 'pending' | 'done' | 'timed_out' | 'failed';
  critical: Generated<number>;
  high: Generated<number>;
  medium: Generated<number>;
  low: Generated<number>;
  findings: ColumnType<StoredFinding[], string | undefined, string>;
  capabilities: ColumnType<StoredCapabilities | null, string | null, string | null>;
  analyzability: number | null;
  tries: Generated<number>;
  claimed_until: TimeOrNull;
  created_at: CreatedTime;
  scanned_at: TimeOrNull;
}

export interface SkillApprovalTable {
  digest: string;
  rules: string[];
  fingerprints: string[];
  covers_incomplete: boolean;
  reason: string;
  approved_by: JsonColumn<StoredPrincipal>;
  approved_at: CreatedTime;
}

export interface SkillYankTable {
  version_id: string;
  reason: string;
  yanked_by: JsonColumn<StoredPrincipal>;
  yanked_at: CreatedTime;
}

/** The tables of the audit log and its seals. */
import type { ColumnType, GeneratedAlways } from 'kysely';
import type { CreatedTime, JsonColumn } from './columns.ts';

export interface AuditLogTable {
  id: string;
  time: CreatedTime;
  actor: JsonColumn<{ type: string; id: string; name: string; role: string }>;
  source: string;
  action: string;
  target_type: string;
  target_id: string;
  target_name: string | null;
  outcome: 'success' | 'failure' | 'denied' | 'unknown';
  code: string | null;
  change: ColumnType<Record<string, unknown> | null, string | null, string | null>;
  run: ColumnType<{ id: string; attempt: number } | null, string | null, string | null>;
  request_id: string | null;
  note: string | null;
}

export interface AuditUnsealedTable {
  position: GeneratedAlways<number>;
  audit_id: string;
}

export interface AuditSealTable {
  seq: number;
  audit_id: string;
  leaf: Uint8Array;
  hash: Uint8Array;
}

export interface AuditTileTable {
  level: number;
  index: number;
  root: Uint8Array;
  chain: Uint8Array | null;
}

export interface AuditCheckpointTable {
  size: number;
  note: string;
  created_at: CreatedTime;
}

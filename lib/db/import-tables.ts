/** The Kysely types of the tables of imports. */
import type { ColumnType, Generated } from 'kysely';
import type { CreatedTime, JsonColumn, StoredPrincipal, TimeOrNull } from './columns.ts';

export interface StoredImportError {
  code: string;
  message: string;
}

export interface SkillImportTable {
  id: string;
  status: Generated<'queued' | 'running' | 'success' | 'failed' | 'partial_failed'>;
  origin: JsonColumn<Record<string, string>>;
  token_sealed: string | null;
  archive: Uint8Array | null;
  tags: string[];
  commit_id: string | null;
  found: number | null;
  created: Generated<number>;
  new_version: Generated<number>;
  unchanged: Generated<number>;
  refused: Generated<number>;
  error: ColumnType<StoredImportError | null, string | null, string | null>;
  attempt: Generated<number>;
  next_attempt_at: CreatedTime;
  lease_token: string | null;
  lease_until: TimeOrNull;
  source: string;
  requested_by: JsonColumn<StoredPrincipal>;
  request_id: string | null;
  created_at: CreatedTime;
  started_at: TimeOrNull;
  finished_at: TimeOrNull;
}

export interface StoredImportItem {
  path: string;
  name: string | null;
  result: 'created' | 'new_version' | 'unchanged' | 'refused';
  skill: { id: string; name: string } | null;
  version: { id: string; number: number; digest: string } | null;
  issues: { path: string; message: string }[];
}

export interface SkillImportItemTable {
  import_id: string;
  position: number;
  path: string;
  name: string | null;
  result: StoredImportItem['result'];
  skill: ColumnType<StoredImportItem['skill'], string | null, string | null>;
  version: ColumnType<StoredImportItem['version'], string | null, string | null>;
  issues: JsonColumn<StoredImportItem['issues']>;
}

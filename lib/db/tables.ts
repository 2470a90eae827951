/** The Kysely types of every table; with the files it imports, the one place that mirrors the migrations. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { AlertChannelTable, AlertDeliveryTable, AlertTable, AlertWatchTable } from './alert-tables.ts';
import type {
  AuditCheckpointTable,
  AuditLogTable,
  AuditSealTable,
  AuditTileTable,
  AuditUnsealedTable,
} from './audit-tables.ts';
import type {
  ChatActionTable,
  ChatConfirmationTable,
  ChatJobTable,
  ChatReceiptTable,
  ChatUserTable,
} from './chat-tables.ts';
import type { CreatedTime, JsonColumn, StoredPrincipal, Time, TimeOrNull } from './columns.ts';
import type { SkillImportItemTable, SkillImportTable } from './import-tables.ts';
import type { SkillRepositoryTable, SkillVersionRefTable } from './ref-tables.ts';
import type { SkillApprovalTable, SkillScanTable, SkillYankTable } from './scan-tables.ts';
import type {
  StoredCheckError,
  StoredFile,
  StoredManifest,
  StoredRunError,
  StoredRunResult,
} from './stored-values.ts';
import type { ProviderSyncTable, StoredDrift } from './sync-tables.ts';

export interface BlobTable {
  digest: string;
  size_bytes: number;
  bytes: Uint8Array;
  created_at: CreatedTime;
}

export interface SkillTable {
  id: string;
  name: string;
  display_name: string;
  description: string;
  tags: Generated<string[]>;
  status: Generated<'active' | 'archived'>;
  latest_version_id: string;
  search_text: string;
  search_title: string | null;
  search_tags: string | null;
  search_keys: number[] | null;
  compatible_kinds: string[] | null;
  revision: Generated<number>;
  created_by: string;
  created_at: CreatedTime;
  updated_at: CreatedTime;
  deleted_at: ColumnType<Date | null, Date | undefined, Date>;
}

export interface SearchWordTable {
  id: GeneratedAlways<number>;
  word: string;
  deletions: number[];
}

export interface SkillVersionTable {
  id: string;
  skill_id: string;
  number: number;
  label: string | null;
  digest: string;
  source: JsonColumn<Record<string, unknown>>;
  manifest: JsonColumn<StoredManifest>;
  files: JsonColumn<StoredFile[]>;
  size_bytes: number;
  file_count: number;
  created_by: string;
  created_at: CreatedTime;
}

export interface ProviderTable {
  id: string;
  slug: string;
  kind: string;
  display_name: string;
  status: 'active' | 'inactive' | 'error';
  sandbox: Generated<boolean>;
  config: JsonColumn<Record<string, unknown>>;
  base_url: string | null;
  credentials_sealed: string | null;
  credential_hint: string | null;
  credential_fingerprint: string | null;
  credential_updated_at: TimeOrNull;
  checked_at: TimeOrNull;
  latency_ms: number | null;
  check_error: ColumnType<StoredCheckError | null, string | null, string | null>;
  revision: Generated<number>;
  created_by: string;
  created_at: CreatedTime;
  updated_at: CreatedTime;
  deleted_at: ColumnType<Date | null, Date | undefined, Date>;
}

export interface ProviderGateTable {
  provider_id: string;
  closed_until: TimeOrNull;
  closed_because: string | null;
  failures: Generated<number>;
  next_request_at: TimeOrNull;
}

export interface ProviderCheckTable {
  id: string;
  provider_id: string;
  cause: 'create' | 'change' | 'demand' | 'schedule' | 'run';
  checked_at: Time;
  latency_ms: number | null;
  error: ColumnType<StoredCheckError | null, string | null, string | null>;
}

export interface InstallationTable {
  id: string;
  provider_id: string;
  skill_id: string | null;
  skill_version_id: string | null;
  external_id: string;
  external_version: string | null;
  verified_digest: string | null;
  drift: StoredDrift;
  installed_by: string | null;
  installed_at: CreatedTime;
  checked_at: CreatedTime;
  remote_name: string | null;
  remote_display_name: string | null;
  has_mark: Generated<boolean>;
}

export interface InstallBatchTable {
  id: string;
  action: 'install' | 'uninstall';
  source: string;
  requested_by: JsonColumn<StoredPrincipal>;
  created_at: CreatedTime;
}

export interface InstallRunTable {
  id: string;
  batch_id: string;
  action: 'install' | 'uninstall';
  skill_id: string;
  skill_version_id: string | null;
  provider_id: string;
  status: Generated<'queued' | 'running' | 'success' | 'failed' | 'partial_failed' | 'canceled'>;
  phase: string | null;
  priority: Generated<number>;
  attempt: Generated<number>;
  max_attempts: number;
  next_attempt_at: CreatedTime;
  lease_token: string | null;
  lease_until: TimeOrNull;
  worker_id: string | null;
  cancel_requested_at: TimeOrNull;
  stalled_at: TimeOrNull;
  pending_token: string | null;
  error: ColumnType<StoredRunError | null, string | null, string | null>;
  result: ColumnType<StoredRunResult | null, string | null, string | null>;
  source: string;
  requested_by: JsonColumn<StoredPrincipal>;
  request_id: string | null;
  retry_of: string | null;
  trace_parent: string | null;
  event_seq: Generated<number>;
  created_at: CreatedTime;
  started_at: TimeOrNull;
  finished_at: TimeOrNull;
  deadline_at: Time;
}

export interface BatchRunTable {
  batch_id: string;
  run_id: string;
  position: number;
  reused: boolean;
}

export interface RunEventTable {
  run_id: string;
  seq: number;
  type: string;
  from_status: string | null;
  to_status: string;
  attempt: number;
  data: JsonColumn<Record<string, unknown>>;
  created_at: CreatedTime;
  position: Generated<number>;
}

export interface ProviderIntentTable {
  id: string;
  run_id: string;
  attempt: number;
  provider_id: string;
  skill_id: string;
  mutation: string;
  sent_at: CreatedTime;
  settled_at: TimeOrNull;
  absent_at: TimeOrNull;
  answered: Generated<boolean>;
  doubtful: Generated<boolean>;
  swept_at: TimeOrNull;
}

export interface IdempotencyKeyTable {
  principal_id: string;
  route: string;
  key: string;
  fingerprint: string;
  response: ColumnType<unknown, string | null, string | null>;
  created_at: CreatedTime;
}

export interface ApiKeyTable {
  id: string;
  name: string;
  role: 'viewer' | 'operator' | 'auditor' | 'admin';
  key_hash: Uint8Array;
  hint: string;
  created_by: string;
  created_at: CreatedTime;
  last_used_at: TimeOrNull;
  expires_at: TimeOrNull;
  revoked_at: TimeOrNull;
}

export interface UserTable {
  id: string;
  name: string;
  role: 'viewer' | 'operator' | 'auditor' | 'admin';
  token_expires_at: Time;
  first_seen_at: CreatedTime;
  last_seen_at: CreatedTime;
}

export interface RateLimitTable {
  bucket: string;
  full_at: Time;
  granted: number;
}

export interface SandboxObjectTable {
  key: string;
  value: JsonColumn<unknown>;
}

export interface Tables {
  blobs: BlobTable;
  skills: SkillTable;
  search_words: SearchWordTable;
  skill_versions: SkillVersionTable;
  skill_version_refs: SkillVersionRefTable;
  skill_repositories: SkillRepositoryTable;
  skill_scans: SkillScanTable;
  skill_approvals: SkillApprovalTable;
  skill_yanks: SkillYankTable;
  providers: ProviderTable;
  provider_gates: ProviderGateTable;
  provider_checks: ProviderCheckTable;
  provider_syncs: ProviderSyncTable;
  installations: InstallationTable;
  install_batches: InstallBatchTable;
  install_runs: InstallRunTable;
  batch_runs: BatchRunTable;
  run_events: RunEventTable;
  provider_intents: ProviderIntentTable;
  idempotency_keys: IdempotencyKeyTable;
  users: UserTable;
  api_keys: ApiKeyTable;
  audit_logs: AuditLogTable;
  audit_unsealed: AuditUnsealedTable;
  audit_seals: AuditSealTable;
  audit_tiles: AuditTileTable;
  audit_checkpoints: AuditCheckpointTable;
  alert_channels: AlertChannelTable;
  alerts: AlertTable;
  alert_deliveries: AlertDeliveryTable;
  alert_watch: AlertWatchTable;
  rate_limits: RateLimitTable;
  chat_actions: ChatActionTable;
  chat_confirmations: ChatConfirmationTable;
  chat_jobs: ChatJobTable;
  chat_receipts: ChatReceiptTable;
  chat_users: ChatUserTable;
  sandbox_objects: SandboxObjectTable;
  skill_imports: SkillImportTable;
  skill_import_items: SkillImportItemTable;
}

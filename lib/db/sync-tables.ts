/** The Kysely types of the table of comparisons with what accounts hold. */
import type { ColumnType, Generated } from 'kysely';
import type { CreatedTime, TimeOrNull } from './columns.ts';

export interface StoredSyncError {
  code: string;
  message: string;
}

export type StoredDrift = 'in_sync' | 'outdated' | 'modified' | 'missing' | 'unmanaged' | 'unknown';
export type StoredDriftCounts = Record<StoredDrift, number>;

export interface ProviderSyncTable {
  provider_id: string;
  status: 'queued' | 'running' | 'success' | 'failed';
  requested_at: CreatedTime;
  wanted_at: TimeOrNull;
  started_at: TimeOrNull;
  finished_at: TimeOrNull;
  error: ColumnType<StoredSyncError | null, string | null, string | null>;
  counts: ColumnType<StoredDriftCounts | null, string | null, string | null>;
  attempt: Generated<number>;
  next_attempt_at: CreatedTime;
  lease_token: string | null;
  lease_until: TimeOrNull;
}

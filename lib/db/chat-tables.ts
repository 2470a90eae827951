/** The tables of chat. */
import type { ColumnType, Generated } from 'kysely';
import type { CreatedTime, JsonColumn, StoredPrincipal, Time, TimeOrNull } from './columns.ts';

export interface ChatActionTable {
  id: string;
  principal: JsonColumn<StoredPrincipal>;
  message: string;
  language: string;
  dry_run: boolean;
  accepted: boolean;
  reason: string | null;
  intent: ColumnType<Record<string, unknown> | null, string | null, string | null>;
  batch_id: string | null;
  run_ids: Generated<string[]>;
  reply: string;
  confirms: string | null;
  read_by: Generated<'grammar' | 'model'>;
  created_at: CreatedTime;
}

export interface ChatConfirmationTable {
  token_hash: string;
  action_id: string;
  principal_type: string;
  principal_id: string;
  intent: JsonColumn<Record<string, unknown>>;
  plan_digest: string;
  run_ids: Generated<string[]>;
  expires_at: Time;
  used_at: TimeOrNull;
}

export interface ChatUserTable {
  id: string;
  surface: string;
  team: string;
  member: string;
  name: string;
  role: 'viewer' | 'operator';
  created_by: string;
  created_at: CreatedTime;
}

export interface ChatReceiptTable {
  key: string;
  received_at: CreatedTime;
}

export interface ChatJobTable {
  id: string;
  surface: string;
  team: string;
  member: string;
  member_name: string;
  content_sealed: string;
  action_id: string | null;
  run_ids: Generated<string[]>;
  posts: Generated<number>;
  posted_digest: string | null;
  failures: Generated<number>;
  next_at: ColumnType<Date, Date | undefined, Date>;
  lease_until: TimeOrNull;
  created_at: CreatedTime;
}

/** The tables of alerts: channels, what was raised, what was sent, and how far was looked. */
import type { ColumnType, Generated } from 'kysely';
import type { CreatedTime, JsonColumn, TimeOrNull } from './columns.ts';

export interface AlertChannelTable {
  id: string;
  name: string;
  kind: 'webhook' | 'slack';
  address: string;
  target_sealed: string;
  types: string[] | null;
  status: Generated<'active' | 'disabled'>;
  disabled_because: string | null;
  revision: Generated<number>;
  created_by: string;
  created_at: CreatedTime;
  updated_at: CreatedTime;
}

export interface AlertTable {
  id: string;
  type: string;
  subject: string;
  title: string;
  data: JsonColumn<Record<string, unknown>>;
  count: Generated<number>;
  created_at: CreatedTime;
  last_at: CreatedTime;
}

export interface AlertDeliveryTable {
  id: string;
  alert_id: string;
  channel_id: string;
  status: Generated<'pending' | 'delivered' | 'failed'>;
  attempt: Generated<number>;
  next_attempt_at: ColumnType<Date, Date | string | undefined, Date | string>;
  lease_until: TimeOrNull;
  answer_status: number | null;
  answer: string | null;
  error: string | null;
  redelivery_of: string | null;
  created_at: CreatedTime;
  finished_at: TimeOrNull;
}

export interface AlertWatchTable {
  is_only: Generated<boolean>;
  position: number;
}

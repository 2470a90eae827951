-- Where people want to be told; address and signing secret are sealed, `address` is what may be shown of it.
create table alert_channels (
  id text collate "C" primary key,
  name text not null constraint alert_channels_name_key unique,
  kind text not null constraint alert_channels_kind_check check (kind in ('webhook', 'slack')),
  address text not null,
  target_sealed text not null,
  -- Null for all types.
  types text[],
  status text not null default 'active' constraint alert_channels_status_check check (status in ('active', 'disabled')),
  disabled_because text,
  revision integer not null default 1,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index alert_channels_sealed_key on alert_channels ((split_part(target_sealed, '.', 2) collate "C"), id);

-- What people were told of, whether or not there was a channel.
create table alerts (
  id text collate "C" primary key,
  type text not null,
  -- What it is about; the same again within its window is counted here and not told once more.
  subject text collate "C" not null,
  title text not null,
  data jsonb not null,
  count integer not null default 1,
  created_at timestamptz(3) not null default now(),
  last_at timestamptz(3) not null default now()
);
create index alerts_same on alerts (type, subject, id desc);

create table alert_deliveries (
  id text collate "C" primary key,
  alert_id text collate "C" not null references alerts (id) on delete cascade,
  channel_id text collate "C" not null references alert_channels (id) on delete cascade,
  status text not null default 'pending'
    constraint alert_deliveries_status_check check (status in ('pending', 'delivered', 'failed')),
  attempt integer not null default 0,
  next_attempt_at timestamptz(3) not null default now(),
  lease_until timestamptz(3),
  answer_status integer,
  answer text,
  error text,
  redelivery_of text collate "C",
  created_at timestamptz(3) not null default now(),
  finished_at timestamptz(3)
);
create index alert_deliveries_due on alert_deliveries (channel_id, next_attempt_at) where status = 'pending';
create index alert_deliveries_channel on alert_deliveries (channel_id, id desc);
create index alert_deliveries_alert on alert_deliveries (alert_id, id desc);

-- How far the sealed audit log was looked through; one row, locked by whoever raises alerts.
create table alert_watch (
  is_only boolean primary key default true constraint alert_watch_one_check check (is_only),
  position bigint not null
);
insert into alert_watch (position) select coalesce(max(seq), 0) from audit_seals;

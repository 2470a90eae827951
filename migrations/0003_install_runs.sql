-- Install runs: the table is the queue. Statuses and their rules are repeated in lib/runs/states.ts.
create function uuid_v7() returns text language sql volatile as $$
  select encode(
    set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
      placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
      52, 1), 53, 1), 'hex')::uuid::text
$$;

create table install_batches (
  id text collate "C" primary key,
  action text not null constraint install_batches_action_check check (action in ('install', 'uninstall')),
  source text not null,
  requested_by jsonb not null,
  created_at timestamptz(3) not null default now()
);

create table install_runs (
  id text collate "C" primary key,
  batch_id text collate "C" not null references install_batches (id),
  action text not null constraint install_runs_action_check check (action in ('install', 'uninstall')),
  skill_id text collate "C" not null references skills (id),
  skill_version_id text collate "C" references skill_versions (id),
  provider_id text collate "C" not null references providers (id),
  status text not null default 'queued' constraint install_runs_status_check
    check (status in ('queued', 'running', 'success', 'failed', 'partial_failed', 'canceled')),
  phase text,
  priority smallint not null default 100,
  attempt integer not null default 0,
  max_attempts integer not null,
  next_attempt_at timestamptz(3) not null default now(),
  lease_token text,
  lease_until timestamptz(3),
  worker_id text,
  cancel_requested_at timestamptz(3),
  pending_token text,
  error jsonb,
  result jsonb,
  source text not null,
  requested_by jsonb not null,
  request_id text,
  retry_of text collate "C" references install_runs (id),
  event_seq integer not null default 0,
  created_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  deadline_at timestamptz(3) not null,
  constraint install_runs_finished_check
    check ((finished_at is not null) = (status in ('success', 'failed', 'partial_failed', 'canceled'))),
  constraint install_runs_lease_check check ((lease_token is not null) = (status = 'running')),
  constraint install_runs_attempt_check check (attempt <= max_attempts)
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);

create unique index install_runs_one_active on install_runs (skill_id, provider_id) where status in ('queued', 'running');
create index install_runs_queue on install_runs (priority, next_attempt_at, id) where status = 'queued';
create index install_runs_leases on install_runs (lease_until) where status = 'running';
create index install_runs_deadlines on install_runs (deadline_at) where status = 'queued';
create index install_runs_batch on install_runs (batch_id, id);
create index install_runs_skill on install_runs (skill_id, id desc);
create index install_runs_provider on install_runs (provider_id, id desc);
create index install_runs_status on install_runs (status, id desc);

create function refuse_terminal_run_change() returns trigger language plpgsql as $$
begin
  raise exception 'a finished run cannot be changed' using errcode = 'restrict_violation';
end $$;
create trigger install_runs_terminal before update on install_runs
  for each row when (old.status in ('success', 'failed', 'partial_failed', 'canceled'))
  execute function refuse_terminal_run_change();

-- Which runs answer a request: those it made and those of earlier requests that it reused.
create table batch_runs (
  batch_id text collate "C" not null references install_batches (id),
  run_id text collate "C" not null references install_runs (id),
  position integer not null,
  reused boolean not null,
  primary key (batch_id, position)
);
create index batch_runs_run on batch_runs (run_id);

create table run_events (
  run_id text collate "C" not null references install_runs (id),
  seq integer not null,
  type text not null,
  from_status text,
  to_status text not null,
  attempt integer not null,
  data jsonb not null default '{}',
  created_at timestamptz(3) not null default now(),
  primary key (run_id, seq)
);
create unique index run_events_one_end on run_events (run_id)
  where to_status in ('success', 'failed', 'partial_failed', 'canceled');

-- Each request that may change something at a provider is written here before it is sent.
create table provider_intents (
  id text collate "C" primary key,
  run_id text collate "C" not null references install_runs (id),
  attempt integer not null,
  provider_id text collate "C" not null references providers (id),
  skill_id text collate "C" not null references skills (id),
  mutation text not null,
  sent_at timestamptz(3) not null default now(),
  settled_at timestamptz(3)
);
create index provider_intents_open on provider_intents (provider_id, skill_id) where settled_at is null;
create index provider_intents_run on provider_intents (run_id);

create table idempotency_keys (
  principal_id text not null,
  route text not null,
  key text not null,
  fingerprint text not null,
  response jsonb,
  created_at timestamptz(3) not null default now(),
  primary key (principal_id, route, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

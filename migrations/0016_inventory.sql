-- What an account holds beside what was installed from here, and the comparisons that find it out.
alter table installations
  alter column skill_id drop not null,
  alter column skill_version_id drop not null,
  alter column installed_by drop not null,
  add column remote_name text,
  add column remote_display_name text,
  add column has_mark boolean not null default false,
  add constraint installations_unmanaged_check check (
    (drift = 'unmanaged') = (skill_id is null) and (skill_id is null) = (skill_version_id is null));

-- One row a connection: the last comparison, and the queue of those to come.
create table provider_syncs (
  provider_id text collate "C" primary key references providers (id) on delete cascade,
  status text not null constraint provider_syncs_status_check check (status in ('queued', 'running', 'success', 'failed')),
  requested_at timestamptz(3) not null default now(),
  -- Asked for again while one was at work, which may have passed by what the request is about.
  wanted_at timestamptz(3),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  error jsonb,
  counts jsonb,
  attempt integer not null default 0,
  next_attempt_at timestamptz(3) not null default now(),
  lease_token text,
  lease_until timestamptz(3),
  constraint provider_syncs_finished_check check ((finished_at is not null) = (status in ('success', 'failed'))),
  constraint provider_syncs_lease_check check ((lease_token is not null) = (status = 'running'))
);
create index provider_syncs_queue on provider_syncs (next_attempt_at, provider_id) where finished_at is null;

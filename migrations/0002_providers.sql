-- Accounts we install into, and what is installed where.
create table providers (
  id text collate "C" primary key,
  slug text collate "C" not null constraint providers_slug_key unique,
  kind text not null,
  display_name text not null,
  status text not null constraint providers_status_check check (status in ('active', 'inactive', 'error')),
  sandbox boolean not null default false,
  config jsonb not null,
  base_url text,
  credentials_sealed text,
  credential_hint text,
  credential_fingerprint text,
  credential_updated_at timestamptz(3),
  checked_at timestamptz(3),
  latency_ms integer,
  check_error jsonb,
  revision integer not null default 1,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  constraint providers_credential_check check ((credentials_sealed is null) = (credential_fingerprint is null))
);
create index providers_kind on providers (kind, id);

create table installations (
  id text collate "C" primary key,
  provider_id text collate "C" not null references providers (id) on delete cascade,
  skill_id text collate "C" not null references skills (id),
  skill_version_id text collate "C" not null references skill_versions (id),
  external_id text not null,
  external_version text,
  verified_digest text,
  drift text not null constraint installations_drift_check
    check (drift in ('in_sync', 'outdated', 'modified', 'missing', 'unmanaged', 'unknown')),
  installed_by text not null,
  installed_at timestamptz(3) not null default now(),
  checked_at timestamptz(3) not null default now(),
  constraint installations_target_key unique (provider_id, skill_id),
  constraint installations_external_key unique (provider_id, external_id)
);
create index installations_skill on installations (skill_id);
create index installations_version on installations (skill_version_id);

-- Imports of many skills at once: the table is their queue. What only the work needs is gone when it has ended.
create table skill_imports (
  id text collate "C" primary key,
  status text not null default 'queued' constraint skill_imports_status_check
    check (status in ('queued', 'running', 'success', 'failed', 'partial_failed')),
  origin jsonb not null,
  token_sealed text,
  archive bytea,
  tags text[] not null default '{}',
  commit_id text,
  found integer,
  created integer not null default 0,
  new_version integer not null default 0,
  unchanged integer not null default 0,
  refused integer not null default 0,
  error jsonb,
  attempt integer not null default 0,
  next_attempt_at timestamptz(3) not null default now(),
  lease_token text,
  lease_until timestamptz(3),
  source text not null,
  requested_by jsonb not null,
  request_id text,
  created_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  constraint skill_imports_finished_check
    check ((finished_at is not null) = (status in ('success', 'failed', 'partial_failed'))),
  constraint skill_imports_lease_check check ((lease_token is not null) = (status = 'running')),
  constraint skill_imports_erased_check check (finished_at is null or (token_sealed is null and archive is null))
);
create index skill_imports_queue on skill_imports (next_attempt_at, id) where finished_at is null;

-- One row for each folder that has been dealt with, written with what it made.
create table skill_import_items (
  import_id text collate "C" not null references skill_imports (id) on delete cascade,
  position integer not null,
  path text not null,
  name text,
  result text not null constraint skill_import_items_result_check
    check (result in ('created', 'new_version', 'unchanged', 'refused')),
  skill jsonb,
  version jsonb,
  issues jsonb not null default '[]',
  primary key (import_id, position)
);

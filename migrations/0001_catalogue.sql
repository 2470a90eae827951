-- The catalogue: skills, their immutable versions, and the bytes of their files.
create extension if not exists pg_trgm;

create table blobs (
  digest text collate "C" primary key,
  size_bytes integer not null,
  bytes bytea not null,
  created_at timestamptz(3) not null default now()
);

create table skills (
  id text collate "C" primary key,
  name text collate "C" not null constraint skills_name_key unique,
  display_name text not null,
  description text not null,
  tags text[] not null default '{}',
  status text not null default 'active' constraint skills_status_check check (status in ('active', 'archived')),
  latest_version_id text collate "C" not null,
  search_text text not null,
  revision integer not null default 1,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index skills_updated_at on skills (updated_at desc, id desc);
create index skills_search_text on skills using gin (search_text gin_trgm_ops);
create index skills_tags on skills using gin (tags);

create table skill_versions (
  id text collate "C" primary key,
  skill_id text collate "C" not null references skills (id) on delete cascade deferrable initially deferred,
  number integer not null,
  label text,
  digest text collate "C" not null,
  source jsonb not null,
  manifest jsonb not null,
  files jsonb not null,
  size_bytes integer not null,
  file_count integer not null,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  constraint skill_versions_number_key unique (skill_id, number),
  constraint skill_versions_digest_key unique (skill_id, digest),
  constraint skill_versions_label_key unique (skill_id, label)
);

alter table skills
  add constraint skills_latest_version_fkey foreign key (latest_version_id)
  references skill_versions (id) deferrable initially deferred;

create function refuse_version_change() returns trigger language plpgsql as $$
begin
  raise exception 'a skill version cannot be changed' using errcode = 'restrict_violation';
end $$;
create trigger skill_versions_immutable before update on skill_versions
  for each row execute function refuse_version_change();

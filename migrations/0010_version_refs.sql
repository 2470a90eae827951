-- Names of versions beside number, first label and digest: further labels, tags, branches and commits.
create table skill_version_refs (
  skill_id text collate "C" not null references skills (id) on delete cascade,
  kind text not null constraint skill_version_refs_kind_check check (kind in ('label', 'tag', 'branch', 'commit')),
  -- In the order of bytes, so that commits are found by how they begin.
  name text collate "C" not null,
  version_id text collate "C" not null references skill_versions (id) on delete cascade,
  updated_at timestamptz(3) not null default now(),
  primary key (skill_id, kind, name)
);
create index skill_version_refs_version on skill_version_refs (version_id, kind, updated_at desc, name);

-- Where a skill can be read again. The token opens for this skill and this address only.
create table skill_repositories (
  skill_id text collate "C" primary key references skills (id) on delete cascade,
  url text not null,
  path text not null,
  token_sealed text,
  token_hint text,
  token_fingerprint text,
  token_updated_at timestamptz(3),
  updated_at timestamptz(3) not null default now(),
  updated_by text not null,
  constraint skill_repositories_token_check check (
    (token_sealed is null) = (token_fingerprint is null)
    and (token_sealed is null) = (token_hint is null)
    and (token_sealed is null) = (token_updated_at is null)
  )
);

-- Versions that came from a repository before this migration: the first one at a commit has it.
insert into skill_version_refs (skill_id, kind, name, version_id, updated_at)
select distinct on (skill_id, source ->> 'commit') skill_id, 'commit', source ->> 'commit', id, created_at
from skill_versions
where source ->> 'type' = 'git' and source ->> 'commit' ~ '^[0-9a-f]{40}$'
order by skill_id, source ->> 'commit', number;
insert into skill_repositories (skill_id, url, path, updated_at, updated_by)
select distinct on (skill_id) skill_id, source ->> 'url', coalesce(source ->> 'path', ''), created_at, created_by
from skill_versions
where source ->> 'type' = 'git' and source ? 'url'
order by skill_id, number desc;

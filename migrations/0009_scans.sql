-- What a scan says of content, who let it pass in spite of that, and versions that were withdrawn.
create table skill_scans (
  digest text collate "C" primary key,
  rule_set text collate "C" not null,
  status text not null constraint skill_scans_status_check check (status in ('pending', 'done', 'timed_out', 'failed')),
  critical integer not null default 0,
  high integer not null default 0,
  medium integer not null default 0,
  low integer not null default 0,
  findings jsonb not null default '[]',
  capabilities jsonb,
  analyzability double precision,
  tries integer not null default 0,
  claimed_until timestamptz(3),
  created_at timestamptz(3) not null default now(),
  scanned_at timestamptz(3),
  constraint skill_scans_done_check check (status <> 'done' or (capabilities is not null and analyzability is not null))
);
create index skill_scans_rule_set on skill_scans (rule_set, digest);
create index skill_scans_incomplete on skill_scans (digest) where status <> 'done';
create index skill_scans_severity on skill_scans (critical desc, high desc, digest) where critical > 0 or high > 0;

create table skill_approvals (
  digest text collate "C" primary key,
  rules text[] not null,
  fingerprints text[] not null,
  covers_incomplete boolean not null,
  reason text not null,
  approved_by jsonb not null,
  approved_at timestamptz(3) not null default now()
);

create table skill_yanks (
  version_id text collate "C" primary key references skill_versions (id) on delete cascade,
  reason text not null,
  yanked_by jsonb not null,
  yanked_at timestamptz(3) not null default now()
);

-- Content from before there were scans waits for its first one.
insert into skill_scans (digest, rule_set, status)
select distinct digest, '', 'pending' from skill_versions;

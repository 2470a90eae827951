-- What is recorded and not sealed yet, in the order of writing. Whatever writes an audit row puts it here.
create table audit_unsealed (
  position bigint generated always as identity primary key,
  audit_id text collate "C" not null
);
insert into audit_unsealed (audit_id) select id from audit_logs order by id;

create function await_audit_seal() returns trigger language plpgsql as $$
begin
  insert into audit_unsealed (audit_id) select id from recorded order by id;
  return null;
end $$;
create trigger audit_logs_await_seal after insert on audit_logs
  referencing new table as recorded for each statement execute function await_audit_seal();

-- The chain: no gaps, each hash over the one before and the record.
create table audit_seals (
  seq bigint primary key,
  audit_id text collate "C" not null constraint audit_seals_record_key unique,
  leaf bytea not null,
  hash bytea not null
);

-- The Merkle tree above the seals: roots of 256 nodes of the level below, each once it is full.
create table audit_tiles (
  level smallint not null,
  index bigint not null,
  root bytea not null,
  -- Of level 1: the chain's hash at the last of its seals.
  chain bytea,
  constraint audit_tiles_pkey primary key (level, index)
);

create table audit_checkpoints (
  size bigint primary key,
  note text not null,
  created_at timestamptz(3) not null default now()
);

-- Retention says so for its own transaction; nobody else takes records away.
create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('skillconvoy.prunes_audit', true) = 'on' then return old; end if;
  raise exception 'audit records cannot be changed' using errcode = 'restrict_violation';
end $$;
create trigger audit_seals_append_only before update or delete on audit_seals
  for each row execute function refuse_audit_change();
create trigger audit_tiles_append_only before update or delete on audit_tiles
  for each row execute function refuse_audit_change();
create trigger audit_checkpoints_append_only before update or delete on audit_checkpoints
  for each row execute function refuse_audit_change();

-- Refusals and failures are few and looked for.
create index audit_logs_outcome on audit_logs (outcome, id desc) where outcome <> 'success';

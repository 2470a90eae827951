-- Who may ask, and what was done.
create table api_keys (
  id text collate "C" primary key,
  name text not null,
  role text not null constraint api_keys_role_check check (role in ('viewer', 'operator', 'auditor', 'admin')),
  key_hash bytea not null constraint api_keys_hash_key unique,
  hint text not null,
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);

create table audit_logs (
  id text collate "C" primary key,
  time timestamptz(3) not null default now(),
  actor jsonb not null,
  source text not null,
  action text not null,
  target_type text not null,
  target_id text collate "C" not null,
  target_name text,
  outcome text not null constraint audit_logs_outcome_check check (outcome in ('success', 'failure', 'denied', 'unknown')),
  code text,
  change jsonb,
  run jsonb,
  request_id text,
  note text
);
create index audit_logs_target on audit_logs (target_id, id desc);
create index audit_logs_action on audit_logs (action, id desc);
create index audit_logs_actor on audit_logs ((actor ->> 'id'), id desc);

-- What a run is called in the audit log.
create function run_name(skill text, provider text) returns text language sql stable as $$
  select (select name from skills where id = skill) || ' → ' || (select slug from providers where id = provider)
$$;

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit records cannot be changed' using errcode = 'restrict_violation';
end $$;
create trigger audit_logs_append_only before update or delete on audit_logs
  for each row execute function refuse_audit_change();

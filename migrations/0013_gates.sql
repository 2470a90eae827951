-- How much each connection is asked at a time, shared by all workers, and what its checks said.
create table provider_gates (
  provider_id text collate "C" primary key references providers (id) on delete cascade,
  closed_until timestamptz(3),
  closed_because text,
  failures integer not null default 0,
  next_request_at timestamptz
);
insert into provider_gates (provider_id) select id from providers;

create function add_provider_gate() returns trigger language plpgsql as $$
begin
  insert into provider_gates (provider_id) values (new.id);
  return null;
end $$;
create trigger providers_gate after insert on providers for each row execute function add_provider_gate();

create table provider_checks (
  id text collate "C" primary key,
  provider_id text collate "C" not null references providers (id) on delete cascade,
  cause text not null constraint provider_checks_cause_check
    check (cause in ('create', 'change', 'demand', 'schedule', 'run')),
  checked_at timestamptz(3) not null,
  latency_ms integer,
  error jsonb
);
create index provider_checks_provider on provider_checks (provider_id, id desc);
create index provider_checks_age on provider_checks (checked_at);

-- 50: a person asked again; 100: everything else. The queue looks at each in turn.
alter table install_runs add constraint install_runs_priority_check check (priority in (50, 100));
drop index install_runs_queue;
create index install_runs_queue on install_runs (provider_id, priority, next_attempt_at, id) where status = 'queued';
create index install_runs_at_work on install_runs (provider_id) where status = 'running';

-- The connections that have work to do now, and how many of their runs this worker may take. Locks their gates until the
-- end of the transaction, and counts only then: a function sees what others committed while it waited for the lock.
create function free_run_slots(
  worker text, worker_slots integer, default_concurrent integer, failures_to_close integer
) returns table (provider text, slots integer, failures integer) language plpgsql volatile as $$
declare
  gate record;
  all_running integer;
  own_running integer;
begin
  for gate in
    with recursive queued as (
      (select r.provider_id from install_runs r where r.status = 'queued' order by r.provider_id limit 1)
      union all
      select (select r.provider_id from install_runs r
              where r.status = 'queued' and r.provider_id > q.provider_id order by r.provider_id limit 1)
      from queued q where q.provider_id is not null
    )
    select g.provider_id, g.failures, p.config
    from queued q
    join provider_gates g on g.provider_id = q.provider_id
    join providers p on p.id = q.provider_id
    where (g.closed_until is null or g.closed_until <= statement_timestamp())
      -- The first of each priority only: what waits for later must not be read through.
      and exists (
        select from (values (50), (100)) as v(priority)
        where (select r.next_attempt_at from install_runs r
               where r.provider_id = q.provider_id and r.status = 'queued' and r.priority = v.priority
               order by r.next_attempt_at limit 1) <= statement_timestamp())
    order by g.provider_id
    for no key update of g
  loop
    select count(*), count(*) filter (where worker_id = worker) into all_running, own_running
    from install_runs where provider_id = gate.provider_id and status = 'running';
    provider := gate.provider_id;
    failures := gate.failures;
    slots := least(
      coalesce((gate.config ->> 'maxConcurrent')::integer, default_concurrent) - all_running,
      -- Each of these makes several requests: more of them would only wait for their turn.
      case when gate.config ? 'requestsPerMinute'
        then greatest(1, (gate.config ->> 'requestsPerMinute')::integer / 6) - all_running end,
      -- Half of a worker at most, so that a connection that hangs leaves room for the others.
      greatest(1, worker_slots / 2) - own_running,
      case when gate.failures >= failures_to_close then 1 - all_running end
    );
    if slots > 0 then return next; end if;
  end loop;
end $$;

-- The gates are locked by one statement and the runs at work counted by the next, once for all of them: a statement sees what
-- others committed while the one before it waited. Tables are never read through, also not by a plan made while they were empty.
create or replace function free_run_slots(
  worker text, worker_slots integer, default_concurrent integer, failures_to_close integer
) returns table (provider text, slots integer, failures integer) language plpgsql volatile set enable_seqscan = off as $$
declare
  locked jsonb;
begin
  with recursive queued as (
    (select r.provider_id from install_runs r where r.status = 'queued' order by r.provider_id limit 1)
    union all
    select (select r.provider_id from install_runs r
            where r.status = 'queued' and r.provider_id > q.provider_id order by r.provider_id limit 1)
    from queued q where q.provider_id is not null
  ), gates as materialized (
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
  )
  select jsonb_agg(jsonb_build_object('id', g.provider_id, 'failed', g.failures, 'config', g.config)) into locked from gates g;

  return query
  select f.id, f.free, f.failed
  from (
    select l.id, l.failed, least(
      coalesce((l.config ->> 'maxConcurrent')::integer, default_concurrent) - coalesce(w.everybody, 0),
      -- Each of these makes several requests: more of them would only wait for their turn.
      case when l.config ? 'requestsPerMinute'
        then greatest(1, (l.config ->> 'requestsPerMinute')::integer / 6) - coalesce(w.everybody, 0) end,
      -- Half of a worker at most, so that a connection that hangs leaves room for the others.
      greatest(1, worker_slots / 2) - coalesce(w.own, 0),
      case when l.failed >= failures_to_close then 1 - coalesce(w.everybody, 0) end
    ) as free
    from jsonb_to_recordset(coalesce(locked, '[]')) as l(id text, failed integer, config jsonb)
    left join (
      select r.provider_id, count(*)::integer as everybody, (count(*) filter (where r.worker_id = worker))::integer as own
      from install_runs r where r.status = 'running' group by r.provider_id
    ) w on w.provider_id = l.id
  ) f
  where f.free > 0
  order by f.id;
end $$;

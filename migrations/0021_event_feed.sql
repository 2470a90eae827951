-- One order over the events of all runs, for whoever follows a batch or everything. A position is taken by a transaction that
-- has changed something before, while it holds the run: so positions of one run grow with its seq, and whoever could still
-- fill a gap is among the transactions in progress.
alter table run_events add column position bigint;
create sequence run_events_position as bigint owned by run_events.position;
update run_events e set position = o.position
from (select run_id, seq, row_number() over (order by created_at, seq, run_id) as position from run_events) o
where e.run_id = o.run_id and e.seq = o.seq;
select setval('run_events_position', max(position)) from run_events having max(position) is not null;
alter table run_events alter column position set default nextval('run_events_position'), alter column position set not null;
create unique index run_events_feed on run_events (position);

-- What the watchdog knows of runs that wait: since when one is known to be stuck, and that none waits that nobody may take.
alter table install_runs add column stalled_at timestamptz(3);
create index install_runs_waiting on install_runs (next_attempt_at) where status = 'queued' and stalled_at is null;
alter table install_runs add constraint install_runs_queued_check check (status <> 'queued' or attempt < max_attempts) not valid;

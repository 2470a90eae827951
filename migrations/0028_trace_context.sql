-- The W3C traceparent of the request that asked for a run: its attempts, in whatever process, belong to that trace.
alter table install_runs add column trace_parent text;

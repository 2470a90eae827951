-- What lets old runs, messages and bytes go without a scan for what still points at them.
create index install_runs_retry on install_runs (retry_of) where retry_of is not null;
create index installations_run on installations (installed_by) where installed_by is not null;
create index chat_actions_batch on chat_actions (batch_id) where batch_id is not null;
create index chat_actions_confirmed on chat_actions (confirms) where confirms is not null;
create index blobs_age on blobs (created_at);

-- Lists by a filter that few rows pass must not walk the whole table.
create index install_runs_source on install_runs (source, id desc);
create index installations_provider on installations (provider_id, id);

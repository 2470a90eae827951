-- State of the sandbox providers, so that a restart changes nothing.
create table sandbox_objects (
  key text collate "C" primary key,
  value jsonb not null
);

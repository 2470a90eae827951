-- Every chat message, accepted or not, with what became of it.
create table chat_actions (
  id text collate "C" primary key,
  principal jsonb not null,
  message text not null,
  language text not null,
  dry_run boolean not null,
  accepted boolean not null,
  reason text,
  intent jsonb,
  batch_id text collate "C" references install_batches (id),
  run_ids text[] not null default '{}',
  reply text not null,
  created_at timestamptz(3) not null default now(),
  constraint chat_actions_reason_check check (accepted = (reason is null))
);

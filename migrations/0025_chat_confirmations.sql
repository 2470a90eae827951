-- What chat asks about before it does it; the token is the only way to go on, and is kept as its hash.
create table chat_confirmations (
  token_hash text collate "C" primary key,
  action_id text collate "C" not null references chat_actions (id) on delete cascade,
  principal_type text not null,
  principal_id text not null,
  intent jsonb not null,
  plan_digest text not null,
  run_ids text[] not null default '{}',
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);
create index chat_confirmations_action on chat_confirmations (action_id);

-- The message that a confirmation completes.
alter table chat_actions add column confirms text collate "C" references chat_actions (id);

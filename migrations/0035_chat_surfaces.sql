-- People of a chat product, and what an administrator lets them do from there.
create table chat_users (
  id text collate "C" primary key,
  surface text not null,
  team text collate "C" not null,
  member text collate "C" not null,
  name text not null,
  role text not null constraint chat_users_role_check check (role in ('viewer', 'operator')),
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  constraint chat_users_member_key unique (surface, team, member)
);

-- What was received, so that nothing is taken twice: signatures, and messages by their own ids.
create table chat_receipts (
  key text collate "C" primary key,
  received_at timestamptz(3) not null default now()
);
create index chat_receipts_received on chat_receipts (received_at);

-- Messages that are to be acted on or whose answer is to be told; gone when there is nothing more to tell.
create table chat_jobs (
  id text collate "C" primary key,
  surface text not null,
  team text not null,
  member text not null,
  member_name text not null,
  -- What was asked, where to answer, and the answer.
  content_sealed text not null,
  -- Null until it was acted on, which happens once.
  action_id text collate "C",
  run_ids text[] not null default '{}',
  posts integer not null default 0,
  posted_digest text,
  failures integer not null default 0,
  next_at timestamptz(3) not null default now(),
  lease_until timestamptz(3),
  created_at timestamptz(3) not null default now()
);
create index chat_jobs_due on chat_jobs (next_at);
create index chat_jobs_sealed_key on chat_jobs ((split_part(content_sealed, '.', 2) collate "C"), id);

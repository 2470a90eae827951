-- People who came with a token of the identity provider, as they last came.
create table users (
  id text collate "C" primary key,
  name text not null,
  role text not null constraint users_role_check check (role in ('viewer', 'operator', 'auditor', 'admin')),
  token_expires_at timestamptz(3) not null,
  first_seen_at timestamptz(3) not null default now(),
  last_seen_at timestamptz(3) not null default now()
);

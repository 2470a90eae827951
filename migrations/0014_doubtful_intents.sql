-- What becomes of requests whose answer was lost: when their object was first looked for in vain, and what they may have
-- left twice.
alter table provider_intents
  add column absent_at timestamptz(3),
  add column doubtful boolean not null default false,
  add column swept_at timestamptz(3);
create index provider_intents_to_sweep on provider_intents (sent_at)
  where mutation = 'create' and swept_at is null and (doubtful or settled_at is null);

-- How much of its requests somebody has used up; lost in a crash without harm.
create unlogged table rate_limits (
  bucket text collate "C" primary key,
  -- When all of the burst may be used again.
  full_at timestamptz not null,
  -- How many requests the last taking was given.
  granted integer not null
);
create index rate_limits_full_at on rate_limits (full_at);

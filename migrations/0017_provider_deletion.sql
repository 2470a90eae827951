-- A deleted provider keeps its row, so that runs and the audit log still show its slug; the slug is free again at once.
alter table providers
  add column deleted_at timestamptz(3),
  drop constraint providers_slug_key,
  add constraint providers_erased_check check (deleted_at is null or (credentials_sealed is null and status = 'inactive'));
create unique index providers_slug_key on providers (slug) where deleted_at is null;

-- Which encryption keys are in use, and what each of them seals; the expression is that of lib/connections/sealed-store.ts.
create index providers_sealed_key on providers ((split_part(credentials_sealed, '.', 2) collate "C"), id)
  where credentials_sealed is not null;
create index skill_repositories_sealed_key on skill_repositories ((split_part(token_sealed, '.', 2) collate "C"), skill_id)
  where token_sealed is not null;
create index skill_imports_sealed_key on skill_imports ((split_part(token_sealed, '.', 2) collate "C"), id)
  where token_sealed is not null;

-- Whose names changed, for processes that keep all names in memory. Rows are told apart by transaction, not by time: whoever
-- looked before a transaction had ended sees at its next look all that it wrote (see lib/chatops/live-vocabulary.ts).
create table vocabulary_changes (
  xid xid8 not null default pg_current_xact_id(),
  skill_id text collate "C",
  provider_id text collate "C",
  created_at timestamptz(3) not null default now()
);
create index vocabulary_changes_xid on vocabulary_changes (xid);
create index vocabulary_changes_age on vocabulary_changes (created_at);

create function note_skill_names() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'skills' then
    insert into vocabulary_changes (skill_id) values (new.id);
  elsif tg_op = 'DELETE' then
    insert into vocabulary_changes (skill_id) values (old.skill_id);
  else
    insert into vocabulary_changes (skill_id) values (new.skill_id);
  end if;
  return null;
end $$;
create trigger skills_note_names after update on skills for each row
  when (old.name <> new.name or old.display_name <> new.display_name or old.status <> new.status
    or old.deleted_at is distinct from new.deleted_at)
  execute function note_skill_names();
-- No skill is without a version, so a new one is noted with its first.
create trigger skill_versions_note_names after insert on skill_versions for each row execute function note_skill_names();
create trigger skill_version_refs_note_names after insert or delete on skill_version_refs
  for each row execute function note_skill_names();
create trigger skill_repositories_note_names after insert or delete on skill_repositories
  for each row execute function note_skill_names();

create function note_provider_names() returns trigger language plpgsql as $$
begin
  insert into vocabulary_changes (provider_id) values (new.id);
  return null;
end $$;
create trigger providers_note_new_names after insert on providers for each row execute function note_provider_names();
create trigger providers_note_names after update on providers for each row
  when (old.slug <> new.slug or old.display_name <> new.display_name or old.status <> new.status
    or old.deleted_at is distinct from new.deleted_at)
  execute function note_provider_names();

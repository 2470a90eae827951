-- A deleted skill keeps its row, so that runs and the audit log still show its name; the name is free again at once.
alter table skills add column deleted_at timestamptz(3);
alter table skills drop constraint skills_name_key;
create unique index skills_name_key on skills (name) where deleted_at is null;

-- Lists walk these; deleted skills must not stand in the way.
drop index skills_updated_at;
drop index skills_status_name;
drop index skills_status_updated;
create index skills_updated_at on skills (updated_at desc, id desc) where deleted_at is null;
create index skills_status_name on skills (status, name) where deleted_at is null;
create index skills_status_updated on skills (status, updated_at desc, id desc) where deleted_at is null;

-- Which kinds take a skill is decided by more rules than before; filled again when a process starts.
update skills set compatible_kinds = null;

-- "Where is it?", and what drifted, page by page.
drop index installations_skill;
create index installations_skill on installations (skill_id, id);
create index installations_drift on installations (drift, id);

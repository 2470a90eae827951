-- Search over skills by our own n-grams, so that no locale and no extension decides what is found.
alter table skills
  -- Normalised texts: of name and display name (from every start of a word on), and of the tags.
  add column search_title text collate "C",
  add column search_tags text collate "C",
  -- Hashes of the n-grams of title, tags and everything; lib/skills/search-columns.ts makes them.
  add column search_keys integer[],
  -- Kinds of provider that take the latest version.
  add column compatible_kinds text[];
drop index skills_search_text;
-- Without the list of pending entries, which every search would have to read through.
create index skills_search_keys on skills using gin (search_keys) with (fastupdate = off);
create index skills_compatible_kinds on skills using gin (compatible_kinds) with (fastupdate = off);
create index skills_status_name on skills (status, name);
create index skills_status_updated on skills (status, updated_at desc, id desc);
create index skills_latest_version on skills (latest_version_id);
create index skill_versions_digest on skill_versions (digest);
-- Rows written before this migration, or by an older program; filled when a process starts.
create index skills_without_search on skills (id) where search_keys is null or compatible_kinds is null;

-- Every word of the catalogue, to find what a misspelt one may have meant. Words are never taken out.
create table search_words (
  id bigint generated always as identity constraint search_words_id_key unique,
  word text collate "C" primary key,
  -- Hashes of the word and of all that is left of it without one of its letters (of Hangul: jamo).
  deletions integer[] not null
);
create index search_words_deletions on search_words using gin (deletions) with (fastupdate = off);

/** Loads many made-up skills at once, past the API but as it would have written them. */
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Database } from '../lib/db/database.ts';
import { searchColumns } from '../lib/skills/search/search-columns.ts';
import { deletionsOf, vocabularyOf } from '../lib/skills/search/search-words.ts';
import { makeSkill } from './catalogue-words.ts';

const BATCH = 1000;
const VERSIONS_EACH = 3;

export async function loadSkills(db: Database, count: number): Promise<void> {
  const words = new Set<string>();
  // Entry by entry the index would take longer than everything else.
  await sql`drop index skills_search_keys`.execute(db.kysely);
  for (let from = 0; from < count; from += BATCH)
    await loadBatch(db, from, Math.min(BATCH, count - from), words);
  await sql`insert into providers (id, slug, kind, display_name, status, config, created_by) values
    ('prv_dense', 'dense', 'local', 'p', 'active', '{}', 'x'), ('prv_sparse', 'sparse', 'local', 'p', 'active', '{}', 'x')`.execute(
    db.kysely,
  );
  await sql`insert into installations (id, provider_id, skill_id, skill_version_id, external_id, drift, installed_by)
    select replace(id, 'skl', provider), 'prv_' || provider, id, latest_version_id, id, 'in_sync', 'x'
    from skills, (values ('dense', 3), ('sparse', 500)) chosen (provider, every) where right(id, 6)::integer % every = 1`.execute(
    db.kysely,
  );
  await loadWords(db, [...words]);
  await indexAndAnalyze(db);
}

const INDEX = 'create index skills_search_keys on skills using gin (search_keys) with (fastupdate = off)';

/** By a client that waits as long as it takes: the program's own give up after half a minute. */
async function indexAndAnalyze(db: Database): Promise<void> {
  if (db.native.engine === 'pglite') {
    await db.native.pglite.exec(`${INDEX}; analyze`);
    return;
  }
  const client = new Client({ connectionString: db.native.url });
  await client.connect();
  try {
    await client.query("set statement_timeout = 0; set maintenance_work_mem = '256MB'");
    await client.query(INDEX);
    await client.query('analyze');
  } finally {
    await client.end();
  }
}

async function loadBatch(db: Database, from: number, count: number, words: Set<string>): Promise<void> {
  const skills = Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const skill = makeSkill(number);
    for (const word of vocabularyOf(skill)) words.add(word);
    return { id: `skl_${String(number).padStart(6, '0')}`, number, ...skill, ...searchColumns(skill) };
  });
  const rows = JSON.stringify(skills);
  await db.kysely.transaction().execute(async (tx) => {
    await sql`insert into skills (id, name, display_name, description, tags, status, latest_version_id, search_text,
        search_title, search_tags, search_keys, compatible_kinds, created_by, updated_at)
      select id, name, "displayName", description, tags, case when number % 100 = 5 then 'archived' else 'active' end,
        'skv_' || number || '_' || ${VERSIONS_EACH}::integer, search_text, search_title, search_tags, search_keys,
        case when number % 50 = 0 then '{openai,local}' else '{openai,claude,gemini,local}' end::text[], 'x',
        now() - number * interval '1 minute'
      from json_to_recordset(${rows}::json) made (id text, number integer, name text, "displayName" text, description text,
        tags text[], search_text text, search_title text, search_tags text, search_keys integer[])`.execute(
      tx,
    );
    await sql`insert into skill_versions (id, skill_id, number, digest, source, manifest, files, size_bytes, file_count, created_by)
      select 'skv_' || right(id, 6)::integer || '_' || number, id, number, 'sha256:' || id || number, '{"type":"inline"}',
        json_build_object('name', name, 'description', description, 'license', null, 'compatibility', null,
          'metadata', '{}'::json, 'allowedTools', '[]'::json), '[]', 100, 1, 'x'
      from skills, generate_series(1, ${VERSIONS_EACH}::integer) number
      where id between ${skills[0]?.id} and ${skills.at(-1)?.id}`.execute(tx);
  });
}

async function loadWords(db: Database, words: readonly string[]): Promise<void> {
  for (let from = 0; from < words.length; from += BATCH) {
    const batch = words.slice(from, from + BATCH).map((word) => ({ word, deletions: deletionsOf(word) }));
    await sql`insert into search_words (word, deletions)
      select word, deletions from json_to_recordset(${JSON.stringify(batch)}::json) made (word text, deletions integer[])`.execute(
      db.kysely,
    );
  }
}

/** Searches and lists of several thousand skills: complete, in the right order, and without reading the whole table. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { sql } from 'kysely';
import { loadSkills } from '../../bench/catalogue-load.ts';
import { makeSkill } from '../../bench/catalogue-words.ts';
import { query, transaction } from '../../lib/db/database.ts';
import type { Context, TxContext } from '../../lib/kernel/context.ts';
import { listSkills } from '../../lib/skills/list-skills.ts';
import type { SkillFilter } from '../../lib/skills/schema.ts';
import { searchColumns, wordsOf } from '../../lib/skills/search/search-columns.ts';
import { testContext } from '../support/context.ts';
import { describeEachEngine } from '../support/databases.ts';

const SKILLS = 2000;
const QUERIES = [
  'document',
  'report',
  'data review',
  'document xylophones',
  '회의',
  '록',
  'ocumen',
  'co',
  'seldom',
];
const FILTERS: readonly SkillFilter[] = [
  {},
  { tag: 'seldom' },
  { tag: 'report' },
  { status: 'archived' },
  { provider: 'dense' },
  { provider: 'sparse' },
  { kind: 'claude' },
];

describeEachEngine('among many skills', (open) => {
  let ctx: Context;

  before(async () => {
    const database = await open();
    ctx = testContext(database);
    await loadSkills(database, SKILLS);
  });

  it('every match is listed once, the better ones first', async () => {
    const skills = Array.from({ length: SKILLS }, (_, number) => makeSkill(number));
    for (const q of QUERIES) {
      const expected = skills
        .map((skill) => ({ name: skill.name, tier: tierOf(skill, wordsOf(q)) }))
        .filter(({ tier }) => tier < 6)
        .sort((a, b) => a.tier - b.tier || (a.name < b.name ? -1 : 1))
        .map(({ name }) => name);
      const found = await listAll(ctx, { q }, expected.length);
      assert.deepEqual(found, expected, q);
      const byName = await listAll(ctx, { q, sort: 'name' }, expected.length);
      assert.deepEqual(byName, expected.toSorted(byCodePoint), q);
    }
  });

  it('no page reads the whole table', async () => {
    const searched = [...QUERIES, 'zeppelin', 'documnet', 'xylohpones', '회이록'].map((q) => ({ q }));
    for (const filter of FILTERS) {
      for (const sort of ['name', '-updatedAt'] as const) await assertNoScan({ ...filter, sort });
      await assertNoScan({ ...filter, q: 'data' });
    }
    for (const search of searched)
      for (const sort of ['relevance', 'name', '-updatedAt'] as const)
        await assertNoScan({ ...search, sort });
  });

  async function assertNoScan(filter: SkillFilter): Promise<void> {
    await transaction(ctx, async (tx) => {
      // The planner takes indexes for a table larger than this one; here only what has none is still scanned.
      await sql`set local enable_seqscan = off`.execute(query(tx));
      const before = await rowsScanned(tx);
      const page = await listSkills(tx, { filter, limit: 20, cursor: undefined });
      if (page.nextCursor !== null) await listSkills(tx, { filter, limit: 20, cursor: page.nextCursor });
      assert.equal((await rowsScanned(tx)) - before, 0, JSON.stringify(filter));
    });
  }
});

async function listAll(ctx: Context, filter: SkillFilter, count: number): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listSkills(ctx, { filter, limit: 100, cursor });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && names.length < count);
  return names.slice(0, count);
}

/** The ranking once more, skill by skill. */
function tierOf(skill: ReturnType<typeof makeSkill>, words: readonly string[]): number {
  const { search_title: title, search_tags: tags, search_text: text } = searchColumns(skill);
  const every = (holds: (word: string) => boolean) => words.every(holds);
  if (skill.name === words.join('-')) return 0;
  if (skill.name.startsWith(words.join('-'))) return 1;
  if (every((word) => title.includes(` ${word}`))) return 2;
  if (every((word) => title.includes(word))) return 3;
  if (every((word) => title.includes(word) || tags.includes(word))) return 4;
  return every((word) => text.includes(word)) ? 5 : 6;
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : 1;
}

async function rowsScanned(tx: TxContext): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select sum(seq_tup_read)::integer as read from pg_stat_xact_user_tables
    where relname in ('skills', 'skill_versions', 'search_words', 'installations')`.execute(query(tx));
  return rows[0]?.read ?? 0;
}

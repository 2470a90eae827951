/** The SQL of the search: which skills hold every word, and how well. */
import { type RawBuilder, sql } from 'kysely';
import type { Context } from '../../kernel/context.ts';
import { all, type Condition, MOST_SORTED, run } from '../list-store.ts';
import { distinct, keysOfPrefix, keysOfWord, type SearchField } from './search-columns.ts';

/** How well a skill matches, best first; names in the last place because they also give the order inside a tier. */
export const TIERS = {
  name: 0,
  namePrefix: 1,
  wordPrefix: 2,
  title: 3,
  tags: 4,
  text: 5,
  misspeltTitle: 6,
  misspelt: 7,
} as const;
/** Tiers each of whose conditions is met by every skill of the tiers before it. */
export const LEVELS = [TIERS.text, TIERS.tags, TIERS.title, TIERS.wordPrefix] as const;
export type Level = (typeof LEVELS)[number];

export interface RankedSkill {
  readonly id: string;
  readonly name: string;
  readonly tier: number;
}

/** Rows of which a sample shows how common the words are. */
const SAMPLE = 500;
/** So many words are looked up in the index; the others are checked on what they leave. */
const MOST_WORDS_LOOKED_UP = 12;

/** Met by a skill of this level or a better one. */
export function levelCondition(level: Level, words: readonly string[]): Condition {
  const check = all(words.map((word) => isWordAt(level, word)));
  const keys = distinct(longest(words).flatMap((word) => keysAt(level, word)));
  return { check, find: sql`(${holdsKeys(keys)} and ${check})` };
}

/** Met by a skill of exactly this tier. */
export function tierCondition(level: Level, words: readonly string[]): Condition {
  const { check, find } = levelCondition(level, words);
  const better =
    level === TIERS.wordPrefix
      ? sql`starts_with(skill.name, ${slugOf(words)})`
      : levelCondition((level - 1) as Level, words).check;
  return { check: sql`(${check} and not ${better})`, find: sql`(${find} and not ${better})` };
}

/** Met by a skill that holds, for every word, the word or one that it may mean: in its title, or anywhere. */
export function correctedCondition(
  level: typeof TIERS.title | typeof TIERS.text,
  corrections: ReadonlyMap<string, readonly string[]>,
): Condition {
  const meanings = [...corrections].map(([word, meant]) => [word, ...meant]);
  const check = all(meanings.map((some) => any(some.map((word) => isWordAt(level, word)))));
  const looksUp = meanings
    .slice(0, MOST_WORDS_LOOKED_UP)
    .map((some) => any(some.map((word) => holdsKeys(keysAt(level, word)))));
  return { check, find: sql`(${all(looksUp)} and ${check})` };
}

export function not({ check, find }: Condition): Condition {
  return { check: sql`not ${check}`, find: sql`not ${find}` };
}

/** How a name begins that is the searched words. */
export function slugOf(words: readonly string[]): string {
  return words.join('-');
}

function isWordAt(level: Level, word: string): RawBuilder<unknown> {
  switch (level) {
    case TIERS.wordPrefix:
      return sql`strpos(skill.search_title, ${` ${word}`}) > 0`;
    case TIERS.title:
      return sql`strpos(skill.search_title, ${word}) > 0`;
    case TIERS.tags:
      return sql`(strpos(skill.search_title, ${word}) > 0 or strpos(skill.search_tags, ${word}) > 0)`;
    case TIERS.text:
      return sql`strpos(skill.search_text, ${word}) > 0`;
  }
}

const FIELDS: Readonly<Record<Exclude<Level, 2>, SearchField>> = { 3: 'title', 4: 'tags', 5: 'text' };

function keysAt(level: Level, word: string): number[] {
  return level === TIERS.wordPrefix ? keysOfPrefix(word) : keysOfWord(FIELDS[level], word);
}

function holdsKeys(keys: readonly number[]): RawBuilder<unknown> {
  return sql`skill.search_keys @> ${[...keys]}::integer[]`;
}

function any(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql`(${sql.join(conditions, sql` or `)})`;
}

function longest(words: readonly string[]): string[] {
  return words.toSorted((a, b) => b.length - a.length).slice(0, MOST_WORDS_LOOKED_UP);
}

export interface Sample {
  readonly rows: number;
  /** Of the whole table, as the database estimates; 0 or less when it does not know. */
  readonly allRows: number;
  /** How many of the rows meet each level's condition. */
  readonly hits: Readonly<Record<Level, number>>;
  /** The newest word of the catalogue: corrections of later pages do not know younger ones. */
  readonly newestWord: number;
}

export async function sampleSkills(
  ctx: Context,
  words: readonly string[],
  filters: readonly Condition[],
): Promise<Sample> {
  const passes = all(filters.map(({ check }) => check));
  const count = (level: Level) =>
    sql`(count(*) filter (where ${levelCondition(level, words).check} and ${passes}))::integer`;
  const [row] = await run<
    Record<`level_${Level}`, number> & { seen: number; all_rows: number; newest_word: number }
  >(
    ctx,
    sql`select count(*)::integer as seen,
        (select reltuples::integer from pg_class where oid = 'skills'::regclass) as all_rows,
        ${count(2)} as level_2, ${count(3)} as level_3, ${count(4)} as level_4,
        ${count(5)} as level_5, (select coalesce(max(id), 0) from search_words)::integer as newest_word
      from (select * from skills order by id desc limit ${SAMPLE}::integer) skill`,
  );
  if (!row) throw new Error('a count without groups is one row');
  return {
    rows: row.seen,
    allRows: row.all_rows,
    hits: { 2: row.level_2, 3: row.level_3, 4: row.level_4, 5: row.level_5 },
    newestWord: row.newest_word,
  };
}

/** True when so few skills meet the level's condition that all of them can be ranked at once. */
export function isRare(sample: Sample, level: Level): boolean {
  if (sample.rows < SAMPLE) return true;
  const share = sample.hits[level] / sample.rows;
  return sample.allRows > 0 ? share * sample.allRows <= MOST_SORTED / 2 : share <= 1 / 80;
}

/** Skills of this level and better ones after the cursor, by tier and name; null when there are too many to rank. */
export async function selectRanked(
  ctx: Context,
  search: { words: readonly string[]; filters: readonly Condition[]; level: Level },
  after: { tier: number; name: string } | null,
  limit: number,
): Promise<RankedSkill[] | null> {
  const found = all([levelCondition(search.level, search.words), ...search.filters].map(({ find }) => find));
  const isAfter =
    after === null ? sql`true` : sql`(ranked.tier, ranked.name) > (${after.tier}::integer, ${after.name})`;
  const rows = await run<RankedSkill & { found: number }>(
    ctx,
    sql`with ranked as materialized (
        select skill.id, skill.name, ${tierOf(search.words)} as tier
        from skills skill where ${found} and skill.deleted_at is null limit ${MOST_SORTED + 1}::integer
      )
      select ranked.id, ranked.name, ranked.tier, counted.found
      from (select count(*)::integer as found from ranked) counted left join ranked on ${isAfter}
      order by ranked.tier, ranked.name limit ${limit}::integer`,
  );
  if ((rows[0]?.found ?? 0) > MOST_SORTED) return null;
  return rows.filter(({ id }) => id !== null);
}

function tierOf(words: readonly string[]): RawBuilder<unknown> {
  const slug = slugOf(words);
  const at = (level: Level) => levelCondition(level, words).check;
  return sql`(case when skill.name = ${slug} then 0 when starts_with(skill.name, ${slug}) then 1
    when ${at(2)} then 2 when ${at(3)} then 3 when ${at(4)} then 4 else 5 end)`;
}

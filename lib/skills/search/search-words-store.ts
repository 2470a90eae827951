/** The SQL of `search_words`: every word of the catalogue, to find what a misspelt one may mean. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import { deletionsOf, deletionsOfSearched, slipsBetween } from './search-words.ts';

/** Words that share what is left without a letter. */
const MOST_NEARBY = 50;
const MOST_CORRECTIONS = 8;

/** Adds those of these words, given in order, that nobody used before. */
export async function learnWords(tx: TxContext, words: readonly string[]): Promise<void> {
  if (words.length === 0) return;
  const { rows } = await sql<{ word: string }>`
    select word from search_words where word = any(${[...words]}::text[])`.execute(query(tx));
  const known = new Set(rows.map(({ word }) => word));
  const fresh = words.filter((word) => !known.has(word));
  if (fresh.length === 0) return;
  await query(tx)
    .insertInto('search_words')
    .values(fresh.map((word) => ({ word, deletions: deletionsOf(word) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Known words that this one may mean, the nearest first; none younger than `newestWord`. */
export async function selectCorrections(ctx: Context, word: string, newestWord: number): Promise<string[]> {
  // Key after key: for all of them at once the planner would rather read every word.
  const { rows } = await sql<{ word: string; id: number }>`
    select distinct near.word, near.id
    from unnest(${deletionsOfSearched(word)}::integer[]) key, lateral (
      select word, id from search_words where deletions @> array[key] and id <= ${newestWord}
      limit ${MOST_NEARBY}::integer
    ) near`.execute(query(ctx));
  return rows
    .flatMap((row) => {
      const slips = row.word === word ? null : slipsBetween(word, row.word);
      return slips === null ? [] : [{ ...row, slips }];
    })
    .sort((a, b) => a.slips - b.slips || a.id - b.id)
    .slice(0, MOST_CORRECTIONS)
    .map((row) => row.word);
}

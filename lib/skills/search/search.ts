/** Searches the catalogue: the best matches first, and a page costs the same however many skills hold the words. */
import type { Context } from '../../kernel/context.ts';
import { type Condition, pickSkills, type PickedSkill, type SkillOrder } from '../list-store.ts';
import { canBeMisspelt } from './search-words.ts';
import {
  correctedCondition,
  isRare,
  type Level,
  levelCondition,
  LEVELS,
  not,
  type RankedSkill,
  type Sample,
  sampleSkills,
  selectRanked,
  slugOf,
  tierCondition,
  TIERS,
} from './search-store.ts';
import { selectCorrections } from './search-words-store.ts';

const MOST_CORRECTED_WORDS = 8;

export interface Search {
  readonly words: readonly string[];
  readonly filters: readonly Condition[];
}

export interface RelevancePosition {
  readonly tier: number;
  readonly name: string;
  readonly newestWord: number;
}

/** The next `limit` skills by tier, then name. `newestWord` belongs into the cursor. */
export async function searchByRelevance(
  ctx: Context,
  search: Search,
  after: RelevancePosition | null,
  limit: number,
): Promise<{ skills: RankedSkill[]; newestWord: number }> {
  if (after !== null && after.tier >= TIERS.misspeltTitle) {
    const skills = await misspelt(ctx, search, after.newestWord, after, limit);
    return { skills, newestWord: after.newestWord };
  }
  const sample = await sampleSkills(ctx, search.words, search.filters);
  const newestWord = after?.newestWord ?? sample.newestWord;
  const skills = await exact(ctx, search, sample, after, limit);
  if (skills.length < limit)
    skills.push(...(await misspelt(ctx, search, newestWord, null, limit - skills.length)));
  return { skills, newestWord };
}

/** Skills that hold every word: those of few are ranked at once, those of many tier after tier. */
async function exact(
  ctx: Context,
  search: Search,
  sample: Sample,
  after: RelevancePosition | null,
  limit: number,
): Promise<RankedSkill[]> {
  const { skills, level } = await rankFew(ctx, search, sample, after, limit);
  const tiers =
    level === null
      ? [TIERS.namePrefix, ...LEVELS.toReversed()]
      : LEVELS.filter((tier) => tier > level).reverse();
  for (const tier of tiers) {
    if (skills.length >= limit) break;
    if (after !== null && after.tier > tier) continue;
    const isBegun = after !== null && (after.tier === tier || (after.tier === 0 && tier === 1));
    skills.push(...(await ofTier(ctx, search, tier, isBegun ? after.name : null, limit - skills.length)));
  }
  return skills;
}

/** What the widest level holds that few skills are of; null when even a word's start is common. */
async function rankFew(
  ctx: Context,
  search: Search,
  sample: Sample,
  after: RelevancePosition | null,
  limit: number,
): Promise<{ skills: RankedSkill[]; level: Level | null }> {
  for (const level of LEVELS) {
    if (!isRare(sample, level) || (after !== null && after.tier > level)) continue;
    const skills = await selectRanked(ctx, { ...search, level }, after, limit);
    if (skills !== null) return { skills, level };
  }
  return { skills: [], level: null };
}

async function ofTier(
  ctx: Context,
  search: Search,
  tier: 1 | Level,
  afterName: string | null,
  limit: number,
): Promise<RankedSkill[]> {
  const slug = slugOf(search.words);
  const after = afterName === null ? null : [afterName];
  if (tier === TIERS.namePrefix) {
    const rows = await pickSkills(ctx, { by: 'name', after, prefix: slug }, search.filters, limit);
    return rows.map(({ id, name }) => ({ id, name, tier: name === slug ? TIERS.name : TIERS.namePrefix }));
  }
  const conditions = [tierCondition(tier, search.words), ...search.filters];
  const rows = await pickSkills(ctx, { by: 'name', after }, conditions, limit);
  return rows.map(({ id, name }) => ({ id, name, tier }));
}

/** Skills that hold what may have been meant: those that are called so come first. */
async function misspelt(
  ctx: Context,
  search: Search,
  newestWord: number,
  after: { readonly tier: number; readonly name: string } | null,
  limit: number,
): Promise<RankedSkill[]> {
  const corrections = await correctionsOf(ctx, search.words, newestWord);
  if (corrections === null) return [];
  const inTitle = correctedCondition(TIERS.title, corrections);
  const anywhere = correctedCondition(TIERS.text, corrections);
  const notExact = not(levelCondition(TIERS.text, search.words));
  const skills: RankedSkill[] = [];
  for (const [tier, conditions] of [
    [TIERS.misspeltTitle, [inTitle]],
    [TIERS.misspelt, [anywhere, not(inTitle)]],
  ] as const) {
    if (skills.length >= limit || (after !== null && after.tier > tier)) continue;
    const order: SkillOrder = { by: 'name', after: after?.tier === tier ? [after.name] : null };
    const wanted = [...conditions, notExact, ...search.filters];
    const rows = await pickSkills(ctx, order, wanted, limit - skills.length);
    skills.push(...rows.map(({ id, name }) => ({ id, name, tier })));
  }
  return skills;
}

/** What each word may mean; null when none may mean another one. */
async function correctionsOf(
  ctx: Context,
  words: readonly string[],
  newestWord: number,
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const corrections = new Map<string, readonly string[]>(words.map((word) => [word, []]));
  for (const word of words.filter(canBeMisspelt).slice(0, MOST_CORRECTED_WORDS))
    corrections.set(word, await selectCorrections(ctx, word, newestWord));
  return [...corrections.values()].some((meant) => meant.length > 0) ? corrections : null;
}

/**
 * Skills that hold every word in another order than relevance; when there is none, those that hold words that may
 * have been meant. `newestWord` is null on the first page, 0 on later ones unless the first was corrected.
 */
export async function searchInOrder(
  ctx: Context,
  search: Search,
  order: SkillOrder,
  newestWord: number | null,
  limit: number,
): Promise<{ skills: PickedSkill[]; newestWord: number }> {
  const { words, filters } = search;
  if (newestWord === null || newestWord === 0) {
    const skills = await pickSkills(ctx, order, [levelCondition(TIERS.text, words), ...filters], limit);
    if (skills.length > 0 || newestWord === 0) return { skills, newestWord: 0 };
  }
  const newest = newestWord ?? (await sampleSkills(ctx, words, filters)).newestWord;
  const corrections = await correctionsOf(ctx, words, newest);
  if (corrections === null) return { skills: [], newestWord: newest };
  const corrected = correctedCondition(TIERS.text, corrections);
  return { skills: await pickSkills(ctx, order, [corrected, ...filters], limit), newestWord: newest };
}

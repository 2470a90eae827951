/** Lists skills: filtered, searched, in pages that stay right while skills are added. */
import { requireRole } from '../auth/principal.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, foreignCursor, type Page, pageOf } from '../kernel/cursor.ts';
import { AppError } from '../kernel/errors.ts';
import {
  type Condition,
  filterConditions,
  pickSkills,
  selectProviderId,
  selectSkillsInOrder,
  type SkillOrder,
} from './list-store.ts';
import { shapeSkill } from './read-skills.ts';
import type { Skill, SkillFilter } from './schema.ts';
import { TIERS } from './search/search-store.ts';
import { searchByRelevance, searchInOrder } from './search/search.ts';
import { distinct, wordsOf } from './search/search-columns.ts';
import type { SkillRow } from './store.ts';

interface ListRequest {
  readonly words: readonly string[];
  readonly filters: readonly Condition[];
  readonly sort: 'name' | '-updatedAt' | 'relevance';
  /** Of the last row of the page before; its parts depend on the sort. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

interface ListedPage {
  readonly rows: readonly SkillRow[];
  /** The values in the cursor behind a row. */
  readonly key: (row: SkillRow) => readonly string[];
}

/** Throws `bad_request:api` for a cursor of another list, `not_found:provider`. */
export async function listSkills(
  ctx: Context,
  input: { filter: SkillFilter; limit: number; cursor: string | undefined },
): Promise<Page<Skill>> {
  requireRole(ctx, 'viewer');
  const words = distinct(wordsOf(input.filter.q ?? ''));
  const sort =
    words.length === 0 && input.filter.sort !== '-updatedAt' ? 'name' : (input.filter.sort ?? 'relevance');
  const scope = { list: 'skills', ...input.filter, sort };
  const after = input.cursor === undefined ? null : decodeCursor(scope, input.cursor, 3);
  if (after !== null && !isPosition(sort, after)) throw foreignCursor();
  const request = { words, filters: await filtersOf(ctx, input.filter), sort, after, limit: input.limit + 1 };
  const { rows, key } = await (sort === 'relevance' ? byRelevance(ctx, request) : inOrder(ctx, request));
  return pageOf(rows, input.limit, scope, key, shapeSkill);
}

async function filtersOf(ctx: Context, filter: SkillFilter): Promise<Condition[]> {
  const { tag, status, kind, severity, provider } = filter;
  const providerId = provider === undefined ? undefined : await selectProviderId(ctx, provider);
  if (provider !== undefined && providerId === undefined) {
    throw new AppError('not_found:provider', `There is no provider named ${provider}`, {
      issues: [{ path: '/provider', message: 'there is no such provider' }],
    });
  }
  return filterConditions({ tag, status, kind, severity, providerId });
}

async function byRelevance(ctx: Context, request: ListRequest): Promise<ListedPage> {
  const [tier = '', name = '', newestWord = ''] = request.after ?? [];
  const position = request.after && { tier: Number(tier), name, newestWord: Number(newestWord) };
  const found = await searchByRelevance(ctx, request, position, request.limit);
  const tiers = new Map(found.skills.map((skill) => [skill.id, skill.tier]));
  return {
    rows: await selectSkillsInOrder(ctx, [...tiers.keys()]),
    key: (row) => [String(tiers.get(row.id)), row.name, String(found.newestWord)],
  };
}

async function inOrder(ctx: Context, request: ListRequest): Promise<ListedPage> {
  const { words, filters, after, limit } = request;
  const order: SkillOrder = { by: request.sort === '-updatedAt' ? '-updatedAt' : 'name', after };
  const newestWord = after === null ? null : Number(after[2]);
  const found =
    words.length === 0
      ? { skills: await pickSkills(ctx, order, filters, limit), newestWord: 0 }
      : await searchInOrder(ctx, { words, filters }, order, newestWord, limit);
  return {
    rows: await selectSkillsInOrder(
      ctx,
      found.skills.map(({ id }) => id),
    ),
    key: (row) => [
      order.by === 'name' ? row.name : row.updated_at.toISOString(),
      row.id,
      String(found.newestWord),
    ],
  };
}

/** Relevance: tier, name, newest word. Otherwise: name or time, id, newest word. */
function isPosition(sort: ListRequest['sort'], [first = '', , newestWord = '']: readonly string[]): boolean {
  if (!/^\d{1,9}$/.test(newestWord)) return false;
  if (sort === 'relevance') return Object.values(TIERS).some((tier) => String(tier) === first);
  return sort === 'name' || isTimestamp(first);
}

function isTimestamp(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}

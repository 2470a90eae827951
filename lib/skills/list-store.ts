/** The SQL of lists of skills: filters, search and order. */
import { sql } from 'kysely';
import type { Context } from '../kernel/context.ts';
import { skillsWithLatest } from './store.ts';

export interface SkillPageFilter {
  readonly q: string | undefined;
  readonly tag: string | undefined;
  readonly status: 'active' | 'archived' | undefined;
}

export async function selectSkillPage(
  ctx: Context,
  filter: SkillPageFilter,
  sort: 'name' | '-updatedAt',
  limit: number,
  after: readonly string[] | null,
) {
  let rows = skillsWithLatest(ctx).limit(limit);
  if (filter.q !== undefined && filter.q !== '') {
    rows = rows.where(
      'skill.search_text',
      'like',
      `%${escapeLike(filter.q.normalize('NFKC').toLowerCase())}%`,
    );
  }
  if (filter.tag !== undefined)
    rows = rows.where('skill.tags', '@>', sql<string[]>`array[${filter.tag}]::text[]`);
  if (filter.status !== undefined) rows = rows.where('skill.status', '=', filter.status);
  if (sort === 'name') {
    if (after) rows = rows.where('skill.name', '>', after[0] ?? '');
    return await rows.orderBy('skill.name').execute();
  }
  if (after)
    rows = rows.where(
      sql<boolean>`(skill.updated_at, skill.id) < (${after[0]}::timestamptz, ${after[1]}::text)`,
    );
  return await rows.orderBy('skill.updated_at', 'desc').orderBy('skill.id', 'desc').execute();
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

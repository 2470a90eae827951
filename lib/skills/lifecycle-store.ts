/** The SQL of what becomes of a skill: its changes, its end, and what keeps it from ending. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { TxContext } from '../kernel/context.ts';
import { describedColumns, type SkillRow } from './store.ts';

export interface SkillChange {
  readonly displayName: string;
  readonly tags: readonly string[];
  readonly status: 'active' | 'archived';
}

export async function updateSkillRow(tx: TxContext, skill: SkillRow, change: SkillChange): Promise<void> {
  const { name, description } = skill;
  await query(tx)
    .updateTable('skills')
    .set({
      ...(await describedColumns(tx, { name, description, ...change })),
      status: change.status,
      revision: sql<number>`revision + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', skill.id)
    .execute();
}

/** Nothing finds the skill any more, but its runs and versions stay. */
export async function markDeleted(tx: TxContext, id: string): Promise<void> {
  await query(tx)
    .updateTable('skills')
    .set({ deleted_at: sql<Date>`now()`, revision: sql<number>`revision + 1` })
    .where('id', '=', id)
    .execute();
}

/**
 * Keeps these skills from being deleted or archived until the transaction ends. In one order, so that requests for
 * the same skills wait for each other and not in a circle.
 */
export async function holdSkills(tx: TxContext, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await query(tx)
    .selectFrom('skills')
    .select('id')
    .where((eb) => eb.or([eb('id', 'in', names), eb('name', 'in', names)]))
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forShare()
    .execute();
}

/** Ids of the runs still at work on the skill. */
export async function selectActiveRunIds(tx: TxContext, skillId: string, limit: number): Promise<string[]> {
  const rows = await query(tx)
    .selectFrom('install_runs')
    .select('id')
    .where('skill_id', '=', skillId)
    .where('status', 'in', ['queued', 'running'])
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Slugs of the providers that hold the skill. */
export async function selectHoldingProviders(
  tx: TxContext,
  skillId: string,
  limit: number,
): Promise<string[]> {
  const rows = await query(tx)
    .selectFrom('installations')
    .innerJoin('providers', 'providers.id', 'installations.provider_id')
    .select('providers.slug')
    .where('installations.skill_id', '=', skillId)
    .orderBy('providers.slug')
    .limit(limit)
    .execute();
  return rows.map(({ slug }) => slug);
}

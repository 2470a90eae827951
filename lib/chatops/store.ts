/** The SQL of `chat_actions`, and the names of the catalogue a message may use. */
import { query } from '../db/database.ts';
import type { StoredPrincipal } from '../db/columns.ts';
import type { Context, TxContext } from '../kernel/context.ts';

export interface NewChatAction {
  readonly id: string;
  readonly principal: StoredPrincipal;
  readonly message: string;
  readonly language: string;
  readonly dryRun: boolean;
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly intent: object | null;
  readonly batchId: string | null;
  readonly runIds: readonly string[];
  readonly reply: string;
  /** The action that this confirms. */
  readonly confirms: string | null;
}

export async function insertChatAction(tx: TxContext, action: NewChatAction): Promise<void> {
  await query(tx)
    .insertInto('chat_actions')
    .values({
      id: action.id,
      principal: JSON.stringify(action.principal),
      message: action.message,
      language: action.language,
      dry_run: action.dryRun,
      accepted: action.accepted,
      reason: action.reason,
      intent: action.intent === null ? null : JSON.stringify(action.intent),
      batch_id: action.batchId,
      run_ids: [...action.runIds],
      reply: action.reply,
      confirms: action.confirms,
    })
    .execute();
}

export type ChatActionRow = Awaited<ReturnType<typeof selectChatActionPage>>[number];

/** Newest first. */
export async function selectChatActionPage(ctx: Context, limit: number, beforeId: string | null) {
  let rows = query(ctx).selectFrom('chat_actions').selectAll();
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.orderBy('id', 'desc').limit(limit).execute();
}

export async function selectSkillNames(ctx: Context) {
  const rows = await query(ctx)
    .selectFrom('skills')
    .leftJoin('skill_versions', 'skill_versions.skill_id', 'skills.id')
    .select(['skills.name', 'skills.display_name', 'skill_versions.number', 'skill_versions.label'])
    .where('skills.status', '=', 'active')
    .where('skills.deleted_at', 'is', null)
    .orderBy('skills.name')
    .orderBy('skill_versions.number')
    .execute();
  return rows;
}

/** Further names of versions, and which skills can be looked up in a repository. */
export async function selectSkillRefs(ctx: Context) {
  return await query(ctx)
    .selectFrom('skill_version_refs as ref')
    .innerJoin('skills as skill', 'skill.id', 'ref.skill_id')
    .select(['skill.name as skill', 'ref.kind', 'ref.name'])
    .where('skill.status', '=', 'active')
    .where('skill.deleted_at', 'is', null)
    .orderBy('ref.name')
    .execute();
}

export async function selectSkillsWithRepository(ctx: Context) {
  return await query(ctx)
    .selectFrom('skill_repositories as repository')
    .innerJoin('skills as skill', 'skill.id', 'repository.skill_id')
    .select('skill.name')
    .where('skill.status', '=', 'active')
    .where('skill.deleted_at', 'is', null)
    .execute();
}

export async function selectProviderNames(ctx: Context) {
  return await query(ctx)
    .selectFrom('providers')
    .select(['slug', 'kind', 'display_name', 'status'])
    .where('deleted_at', 'is', null)
    .orderBy('slug')
    .execute();
}

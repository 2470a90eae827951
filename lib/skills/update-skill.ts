/** Changes what people say of a skill: its display name, its tags, and whether it is in use or archived. */
import { recordAudits } from '../audit/record.ts';
import { requireRole } from '../auth/principal.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import { type SkillChange, updateSkillRow } from './lifecycle-store.ts';
import { findLockedSkill, shapeSkill } from './read-skills.ts';
import type { Skill, UpdateSkill } from './schema.ts';
import type { SkillRow } from './store.ts';

/**
 * `isExpected` says whether the skill still is what the caller last saw (If-Match).
 * Throws `not_found:skill`, `precondition_failed:api`.
 */
export async function updateSkill(
  ctx: Context,
  nameOrId: string,
  input: UpdateSkill,
  isExpected: (current: Skill) => boolean = () => true,
): Promise<Skill> {
  requireRole(ctx, 'operator');
  return await transaction(ctx, async (tx) => {
    const row = await findLockedSkill(tx, nameOrId);
    const before = shapeSkill(row);
    if (!isExpected(before)) {
      throw new AppError(
        'precondition_failed:api',
        `${row.name} was changed since it was read; read it again`,
      );
    }
    const change: SkillChange = {
      displayName: input.displayName ?? row.display_name,
      tags: input.tags === undefined ? row.tags : [...new Set(input.tags)],
      status: input.status ?? row.status,
    };
    const fields = changedFields(row, change);
    if (fields.length === 0) return before;
    await updateSkillRow(tx, row, change);
    await recordAudits(tx, auditEntries(row, change, fields));
    return shapeSkill(await findLockedSkill(tx, row.id));
  });
}

function changedFields(row: SkillRow, change: SkillChange): (keyof SkillChange)[] {
  const fields: (keyof SkillChange)[] = [];
  if (change.displayName !== row.display_name) fields.push('displayName');
  if (JSON.stringify(change.tags) !== JSON.stringify(row.tags)) fields.push('tags');
  if (change.status !== row.status) fields.push('status');
  return fields;
}

/** Archiving decides what may be installed, so it is an action of its own. */
function auditEntries(row: SkillRow, change: SkillChange, fields: readonly (keyof SkillChange)[]) {
  const target = { type: 'skill', id: row.id, name: row.name };
  const described = fields.filter((field) => field !== 'status');
  return [
    ...(described.length === 0
      ? []
      : [{ action: 'skill.update' as const, target, change: { fields: described } }]),
    ...(change.status === row.status
      ? []
      : [
          {
            action: change.status === 'archived' ? ('skill.archive' as const) : ('skill.unarchive' as const),
            target,
            change: { from: row.status, to: change.status },
          },
        ]),
  ];
}

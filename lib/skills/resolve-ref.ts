/** `latest`, a version number, a label or a digest → the version it means. */
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import type { SkillRow } from './store.ts';
import { selectVersionsById, selectVersionsByRef, type VersionRow } from './version-store.ts';

type Named = Pick<SkillRow, 'id' | 'name' | 'version_id'>;

/** The version of each skill, by skill id. Throws `not_found:skill` naming the skills without that ref. */
export async function resolveRefs(
  ctx: Context,
  skills: readonly Named[],
  ref: string,
): Promise<Map<string, VersionRow>> {
  const rows =
    ref === 'latest'
      ? await selectVersionsById(
          ctx,
          skills.map((skill) => skill.version_id),
        )
      : await selectVersionsByRef(
          ctx,
          skills.map((skill) => skill.id),
          ref,
        );
  const versions = new Map(rows.map((row) => [row.skill_id, row]));
  const without = skills.filter((skill) => !versions.has(skill.id));
  if (without.length > 0) {
    throw new AppError(
      'not_found:skill',
      `${without.map((skill) => skill.name).join(', ')}: there is no version ${ref}`,
      {
        issues: [{ path: '/ref', message: 'use latest, a version number, a label or a digest' }],
      },
    );
  }
  return versions;
}

export async function resolveRef(ctx: Context, skill: Named, ref: string): Promise<VersionRow> {
  const version = (await resolveRefs(ctx, [skill], ref)).get(skill.id);
  if (!version) throw new Error('resolveRefs answers a version for every skill it is given');
  return version;
}

/** `latest`, a number, label, id, digest, tag, branch or the beginning of a commit → the version it means. */
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { isForRepository } from './ref-names.ts';
import { RANKS } from './ref-store.ts';
import { selectRepositories } from './repository-store.ts';
import type { SkillRow } from '../store.ts';
import {
  type NamedVersionRow,
  selectVersionsById,
  selectVersionsByRef,
  type VersionRow,
} from '../versions/version-store.ts';

type Named = Pick<SkillRow, 'id' | 'name' | 'version_id'>;

/** The version of each skill that has such a ref, by skill id. Throws `conflict:skill` when commits of several begin so. */
export async function findVersions(
  ctx: Context,
  skills: readonly Named[],
  ref: string,
): Promise<Map<string, VersionRow>> {
  if (ref === 'latest') {
    const latest = await selectVersionsById(
      ctx,
      skills.map((skill) => skill.version_id),
    );
    return new Map(latest.map((row) => [row.skill_id, row]));
  }
  const candidates = await selectVersionsByRef(
    ctx,
    skills.map((skill) => skill.id),
    ref,
  );
  const bySkill = Map.groupBy(candidates, (row) => row.skill_id);
  refuseAmbiguous(skills, bySkill, ref);
  return new Map([...bySkill].flatMap(([id, [best]]) => (best ? [[id, best] as const] : [])));
}

/** Candidates come with the best meaning first; only commits can mean several versions alike. */
function refuseAmbiguous(
  skills: readonly Named[],
  bySkill: ReadonlyMap<string, readonly NamedVersionRow[]>,
  ref: string,
): void {
  const ambiguous = skills.flatMap((skill) => {
    const rows = bySkill.get(skill.id) ?? [];
    const isByCommit = rows[0]?.rank === RANKS.commit;
    return isByCommit && new Set(rows.map((row) => row.id)).size > 1 ? [{ skill, rows }] : [];
  });
  if (ambiguous.length === 0) return;
  const described = ambiguous.map(({ skill, rows }) => {
    const commits = rows.slice(0, 10).map((row) => `${row.matched} (version ${row.number})`);
    return `${skill.name}: ${commits.join(', ')}`;
  });
  throw new AppError(
    'conflict:skill',
    `Several commits begin with ${ref}; write more of its digits. ${described.join('; ')}`,
    { issues: described.map((message) => ({ path: '/ref', message })) },
  );
}

/** The version of each skill, by skill id. Throws `not_found:skill` naming the skills without that ref. */
export async function resolveRefs(
  ctx: Context,
  skills: readonly Named[],
  ref: string,
): Promise<Map<string, VersionRow>> {
  const versions = await findVersions(ctx, skills, ref);
  const without = skills.filter((skill) => !versions.has(skill.id));
  if (without.length > 0) throw await unknownRef(ctx, without, ref);
  return versions;
}

export async function resolveRef(ctx: Context, skill: Named, ref: string): Promise<VersionRow> {
  const version = (await resolveRefs(ctx, [skill], ref)).get(skill.id);
  if (!version) throw new Error('resolveRefs answers a version for every skill it is given');
  return version;
}

async function unknownRef(ctx: Context, without: readonly Named[], ref: string): Promise<AppError> {
  const mayBeFetched = isForRepository(ref)
    ? await selectRepositories(
        ctx,
        without.map((skill) => skill.id),
      )
    : [];
  const hint =
    mayBeFetched.length === 0
      ? ''
      : '. If its repository has it, installing it registers it, and so does POST /api/skills/{skill}/versions with the git source and this ref';
  return new AppError(
    'not_found:skill',
    `${without.map((skill) => skill.name).join(', ')}: there is no version ${ref}${hint}`,
    {
      issues: [
        {
          path: '/ref',
          message:
            'use latest, a version number, a label, a tag, a branch, 7 digits or more of a commit, or a digest',
        },
      ],
    },
  );
}

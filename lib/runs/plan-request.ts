/** Looks up everything a request names and plans it; shared by the real request and the dry run. */
import { selectConnectionsByName } from '../connections/store.ts';
import { limitsOf } from '../connections/read-connections.ts';
import { selectInstallationsOf } from '../connections/installation-store.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import type { Verdict } from '../skills/policy/install-policy.ts';
import { refusalsOf } from '../skills/versions/compatibility.ts';
import { resolveRefs } from '../skills/refs/resolve-ref.ts';
import { readVerdicts } from '../skills/policy/read-findings.ts';
import { findSkill, requireSkills } from '../skills/read-skills.ts';
import type { UnregisteredVersion } from '../skills/refs/preview-version.ts';
import type { VersionRow } from '../skills/versions/version-store.ts';
import { type PlannedRun, type PlanProvider, planRuns } from './plan.ts';
import type { CreateRuns } from './schema.ts';

/** By skill id: what stands in for a ref that is not registered. */
export type Previews = Map<string, VersionRow | UnregisteredVersion>;

/** Throws 404 naming everything unknown, 409 for providers that cannot be used. */
export async function planRequest(
  ctx: Context,
  input: CreateRuns,
  previews: Readonly<Previews> = new Map(),
): Promise<PlannedRun[]> {
  const skills =
    input.skill === undefined
      ? await requireSkills(ctx, distinct(input.skills ?? []))
      : [await findSkill(ctx, input.skill)];
  const providers = await requireUsableProviders(ctx, distinct(input.providers));
  const known = skills.filter((skill) => !previews.has(skill.id));
  const versions: Previews =
    input.action === 'install'
      ? new Map([...previews, ...(await resolveRefs(ctx, known, input.ref))])
      : new Map();
  const verdicts = await readVerdicts(
    ctx,
    [...versions.values()].flatMap((version) => version.id ?? []),
  );
  const installations = await selectInstallationsOf(
    ctx,
    skills.map((skill) => skill.id),
    providers.map((provider) => provider.id),
  );
  return planRuns({
    action: input.action,
    skills: skills.map((skill) => {
      const version = versions.get(skill.id) ?? null;
      const verdict = version && verdictOf(version, verdicts);
      const isArchived = skill.status === 'archived';
      return { id: skill.id, name: skill.name, isArchived, version, verdict };
    }),
    providers,
    installations,
    refusals(skill, provider) {
      const version = versions.get(skill.id);
      if (version === undefined) return [];
      return refusalsOf(provider.kind, version);
    },
  });
}

function verdictOf(
  version: VersionRow | UnregisteredVersion,
  verdicts: ReadonlyMap<string, Verdict>,
): Verdict | null {
  return version.id === null ? version.verdict : (verdicts.get(version.id) ?? null);
}

/** Throws `not_found:provider` or `conflict:provider`, naming all of them. */
export async function requireUsableProviders(
  ctx: Context,
  names: readonly string[],
): Promise<PlanProvider[]> {
  const rows = await selectConnectionsByName(ctx, names);
  const found = names.map((name) => rows.find((row) => row.id === name || row.slug === name));
  const unknown = names.filter((_, index) => found[index] === undefined);
  if (unknown.length > 0) {
    throw new AppError('not_found:provider', `There is no provider named ${unknown.join(', ')}`, {
      issues: unknown.map((name) => ({
        path: `/providers/${names.indexOf(name)}`,
        message: 'there is no such provider',
      })),
    });
  }
  const usable = found.filter((row) => row !== undefined);
  const unusable = usable.filter((row) => row.status !== 'active');
  if (unusable.length > 0) {
    throw new AppError(
      'conflict:provider',
      `Not usable now: ${unusable.map((row) => `${row.slug} is ${row.status}`).join(', ')}`,
      {
        issues: unusable.map((row) => ({
          path: `/providers/${names.findIndex((name) => name === row.slug || name === row.id)}`,
          message:
            row.status === 'inactive'
              ? `${row.slug} was switched off; set its status to active first`
              : `the last check of ${row.slug} failed (${row.checkError?.message ?? 'reason unknown'}): mend its credentials or config, or verify it again`,
        })),
      },
    );
  }
  return usable.map((row) => ({
    id: row.id,
    slug: row.slug,
    kind: row.kind,
    maxAttempts: limitsOf(row).maxAttempts,
  }));
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** What a reply names: skills in their versions, and the connections they go to. */
import type { Installation } from '../../connections/schema.ts';
import type { PlanEntry, Run } from '../../runs/schema.ts';

export interface Target {
  readonly skill: string;
  /** As people call it; null for an uninstall. */
  readonly version: string | null;
  readonly provider: string;
}

/** Targets with the same skills in the same versions, told at once. */
export interface TargetGroup {
  readonly skills: readonly { readonly name: string; readonly version: string | null }[];
  readonly providers: readonly string[];
}

/** A name list in a reply is cut here. */
const MOST_NAMED = 12;

/** The label, or the number where there is none. */
export function versionName(
  version: { readonly label: string | null; readonly number: number | null } | null,
): string | null {
  if (version === null) return null;
  return version.label ?? (version.number === null ? null : `#${version.number}`);
}

export function targetOfRun(run: Run): Target {
  return { skill: run.skill.name, version: versionName(run.version), provider: run.provider.slug };
}

export function targetOfEntry({ skill, to, provider }: PlanEntry): Target {
  return { skill, version: versionName(to), provider };
}

export function targetOfInstallation({ skill, version, provider }: Installation): Target {
  return { skill: skill?.name ?? '', version: versionName(version), provider: provider.slug };
}

export function grouped(targets: readonly Target[]): TargetGroup[] {
  const groups = new Map<
    string,
    { skills: { name: string; version: string | null }[]; providers: string[] }
  >();
  for (const [provider, there] of Map.groupBy(targets, (target) => target.provider)) {
    const skills = there.map(({ skill, version }) => ({ name: skill, version }));
    const key = JSON.stringify(skills);
    const group = groups.get(key) ?? { skills, providers: [] };
    group.providers.push(provider);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** "a, b, c" — of many the first, with what `more` says of the others. */
export function named(names: readonly string[], more: (count: number) => string): string {
  if (names.length <= MOST_NAMED) return names.join(', ');
  return `${names.slice(0, MOST_NAMED).join(', ')} ${more(names.length - MOST_NAMED)}`;
}

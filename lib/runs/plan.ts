/** Skills × providers × ref → what each run would do, or why not. (pure) */
import type { ProviderKind } from '../providers/adapter.ts';

export interface PlanVersion {
  readonly id: string;
  readonly number: number;
  readonly label: string | null;
  readonly digest: string;
}

export interface PlanSkill {
  readonly id: string;
  readonly name: string;
  /** The version asked for; null for an uninstall. */
  readonly version: PlanVersion | null;
}

export interface PlanProvider {
  readonly id: string;
  readonly slug: string;
  readonly kind: ProviderKind;
  /** The connection's own limit; null for the default. */
  readonly maxAttempts: number | null;
}

export interface PlanInstallation {
  readonly skillId: string;
  readonly providerId: string;
  readonly version: PlanVersion;
  readonly drift: string;
}

export interface PlannedRun {
  readonly skill: PlanSkill;
  readonly provider: PlanProvider;
  readonly from: PlanVersion | null;
  readonly to: PlanVersion | null;
  readonly effect: 'create' | 'update' | 'noop' | 'remove' | 'blocked';
  readonly reasons: string[];
}

/** One entry a target, in the order of the request: all providers of the first skill, then of the next. */
export function planRuns(input: {
  readonly action: 'install' | 'uninstall';
  readonly skills: readonly PlanSkill[];
  readonly providers: readonly PlanProvider[];
  readonly installations: readonly PlanInstallation[];
  refusals(skill: PlanSkill, provider: PlanProvider): string[];
}): PlannedRun[] {
  return input.skills.flatMap((skill) =>
    input.providers.map((provider) => {
      const installed = input.installations.find(
        (row) => row.skillId === skill.id && row.providerId === provider.id,
      );
      const from = installed?.version ?? null;
      if (input.action === 'uninstall') {
        return {
          skill,
          provider,
          from,
          to: null,
          effect: from ? ('remove' as const) : ('noop' as const),
          reasons: [],
        };
      }
      const reasons = input.refusals(skill, provider);
      return {
        skill,
        provider,
        from,
        to: skill.version,
        effect: installEffect(skill, installed, reasons),
        reasons,
      };
    }),
  );
}

function installEffect(
  skill: PlanSkill,
  installed: PlanInstallation | undefined,
  reasons: readonly string[],
): PlannedRun['effect'] {
  if (reasons.length > 0) return 'blocked';
  if (!installed) return 'create';
  return installed.version.id === skill.version?.id && installed.drift === 'in_sync' ? 'noop' : 'update';
}

/** Skills × providers × ref → what each run would do, or why not. (pure) */
import type { ProviderKind } from '../providers/adapter.ts';
import {
  type Blocker,
  blockersOf,
  describeBlocker,
  type Verdict,
  warningsOf,
} from '../skills/policy/install-policy.ts';

export interface RegisteredVersion {
  readonly id: string;
  readonly number: number;
  readonly label: string | null;
  readonly digest: string;
}

/** Without id and number: it would be registered first. */
export interface PlanVersion {
  readonly id: string | null;
  readonly number: number | null;
  readonly label: string | null;
  readonly digest: string;
}

export interface PlanSkill {
  readonly id: string;
  readonly name: string;
  readonly isArchived: boolean;
  /** The version asked for; null for an uninstall. */
  readonly version: PlanVersion | null;
  /** What is known of that version; null for an uninstall, which nothing forbids. */
  readonly verdict: Verdict | null;
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
  readonly version: RegisteredVersion;
  readonly drift: string;
}

export interface PlannedRun {
  readonly skill: PlanSkill;
  readonly provider: PlanProvider;
  readonly from: RegisteredVersion | null;
  readonly to: PlanVersion | null;
  readonly effect: 'create' | 'update' | 'noop' | 'remove' | 'blocked';
  /** Why it is blocked: by the policy, then by the provider. */
  readonly reasons: string[];
  /** What the policy has against it, whatever the provider. */
  readonly blockers: readonly Blocker[];
  readonly warnings: string[];
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
          blockers: [],
          warnings: [],
        };
      }
      const blockers: Blocker[] = [
        ...(skill.isArchived ? [{ type: 'archived' } as const] : []),
        ...(skill.verdict ? blockersOf(skill.verdict) : []),
      ];
      const reasons = [...blockers.flatMap(describeBlocker), ...input.refusals(skill, provider)];
      return {
        skill,
        provider,
        from,
        to: skill.version,
        effect: installEffect(skill, installed, reasons),
        reasons,
        blockers,
        warnings: skill.verdict ? warningsOf(skill.verdict) : [],
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

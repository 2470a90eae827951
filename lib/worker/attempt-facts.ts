/** What attempts need to know before they begin, read for many of them together. */
import { selectPriors } from '../connections/installation-store.ts';
import { type ConnectionRow, selectConnectionsByName } from '../connections/store.ts';
import type { Context } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { whyNotInstallable } from '../skills/policy/read-findings.ts';
import { type SkillNames, selectNamesOfSkills } from '../skills/store.ts';
import { selectVersionsById, type VersionRow } from '../skills/versions/version-store.ts';

/** As it is at the beginning of the attempt: much may have been found or decided while the run waited. */
export interface AttemptFacts {
  readonly connection: ConnectionRow | undefined;
  /** Why the version may not be installed now; empty when it may, and for an uninstall. */
  readonly reasons: readonly string[];
  /** What is recorded for the target; null for nothing. */
  readonly prior: { readonly externalId: string; readonly externalVersion: string | null } | null;
  /** What is to be installed; undefined for an uninstall. */
  readonly version: VersionRow | undefined;
  /** Undefined for a skill that was deleted. */
  readonly names: SkillNames | undefined;
}

/** In the order of the runs; a statement for each kind of fact. */
export async function readFacts(ctx: Context, runs: readonly ClaimedRun[]): Promise<AttemptFacts[]> {
  const versionIds = distinct(
    runs.flatMap(({ action, skillVersionId }) =>
      action === 'uninstall' || skillVersionId === null ? [] : [skillVersionId],
    ),
  );
  const [connections, reasons, priors, versions, names] = await Promise.all([
    selectConnectionsByName(ctx, distinct(runs.map(({ providerId }) => providerId))),
    whyNotInstallable(ctx, versionIds),
    selectPriors(ctx, runs),
    selectVersionsById(ctx, versionIds),
    selectNamesOfSkills(ctx, distinct(runs.map(({ skillId }) => skillId))),
  ]);
  const connectionOf = new Map(connections.map((row) => [row.id, row]));
  const versionOf = new Map(versions.map((row) => [row.id, row]));
  const priorOf = new Map(priors.map((row) => [targetKey(row), row]));
  return runs.map((run) => ({
    connection: connectionOf.get(run.providerId),
    reasons: reasons.get(run.skillVersionId ?? '') ?? [],
    prior: priorOf.get(targetKey(run)) ?? null,
    version: versionOf.get(run.skillVersionId ?? ''),
    names: names.get(run.skillId),
  }));
}

/** Throws `not_found:provider`. */
export function connectionOf(facts: AttemptFacts, run: ClaimedRun): ConnectionRow {
  if (facts.connection) return facts.connection;
  throw new AppError('not_found:provider', `There is no provider named ${run.providerId}`);
}

function targetKey({ providerId, skillId }: { providerId: string; skillId: string }): string {
  return `${providerId} ${skillId}`;
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

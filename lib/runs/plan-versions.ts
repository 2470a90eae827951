/** Plans targets of which each names its own version: what is done again, and what goes back to what it was. */
import type { Context } from '../kernel/context.ts';
import type { VersionRow } from '../skills/versions/version-store.ts';
import { targetKey } from './make-batch.ts';
import type { PlannedRun } from './plan.ts';
import { planRequest } from './plan-request.ts';

export interface VersionTarget {
  readonly skill: { readonly id: string };
  readonly provider: { readonly id: string };
  /** Null for an uninstall. */
  readonly version: VersionRow | null;
}

/** In the order of the targets. Throws what `planRequest` throws. */
export async function planVersions(
  ctx: Context,
  action: 'install' | 'uninstall',
  targets: readonly VersionTarget[],
): Promise<PlannedRun[]> {
  const planned = new Map<string, PlannedRun>();
  for (const layer of layersOf(targets)) {
    const versions = new Map(
      layer.flatMap(({ skill, version }) => (version ? [[skill.id, version] as const] : [])),
    );
    const input = {
      action,
      skills: layer.map(({ skill }) => skill.id),
      providers: layer.map(({ provider }) => provider.id),
      ref: 'latest',
      dryRun: false,
      onDuplicate: 'reuse' as const,
    };
    const wanted = new Set(layer.map(targetKey));
    for (const entry of await planRequest(ctx, input, versions)) {
      if (wanted.has(targetKey(entry))) planned.set(targetKey(entry), entry);
    }
  }
  return targets.flatMap((target) => planned.get(targetKey(target)) ?? []);
}

/** A request has one version of each skill: as many requests as a skill has versions here. */
function layersOf(targets: readonly VersionTarget[]): VersionTarget[][] {
  const layers: VersionTarget[][] = [];
  for (const targetsOfSkill of Map.groupBy(targets, ({ skill }) => skill.id).values()) {
    const byVersion = Map.groupBy(targetsOfSkill, ({ version }) => version?.id ?? null);
    [...byVersion.values()].forEach((alike, index) => {
      layers[index] = [...(layers[index] ?? []), ...alike];
    });
  }
  return layers;
}

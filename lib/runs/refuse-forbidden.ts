/** Turns what the policy has against installs into the one answer that says what was found and what to do. */
import { AppError, type Issue } from '../kernel/errors.ts';

import { type Blocker, describeBlocker } from '../skills/policy/install-policy.ts';
import type { PlannedRun } from './plan.ts';
import type { CreateRuns } from './schema.ts';

/** Of the findings and issues in one answer. */
const MOST_SHOWN = 50;

/** Throws `conflict:skill` with the findings when the policy forbids one of these. */
export function refuseForbidden(input: Pick<CreateRuns, 'skills'>, planned: readonly PlannedRun[]): void {
  const forbidden = [
    ...new Map(
      planned.filter((entry) => entry.blockers.length > 0).map((entry) => [entry.skill.id, entry]),
    ).values(),
  ];
  if (forbidden.length === 0) return;
  const names = forbidden.map((entry) => `${entry.skill.name} ${entry.to?.number}`).join(', ');
  const toApprove = forbidden.filter(needsApproval).map(approveRoute);
  throw new AppError(
    'conflict:skill',
    [
      `May not be installed: ${names}.`,
      ...(toApprove.length > 0 ? [`An admin can approve with ${toApprove.join(', ')} {"reason":"…"}.`] : []),
    ].join(' '),
    {
      issues: forbidden.flatMap((entry) => issuesOf(input, entry)).slice(0, MOST_SHOWN),
      extensions: { findings: forbidden.flatMap(findingsOf).slice(0, MOST_SHOWN) },
    },
  );
}

function needsApproval(entry: PlannedRun): boolean {
  return entry.blockers.some(({ type }) => type === 'unscanned' || type === 'critical');
}

function approveRoute({ skill, to }: PlannedRun): string {
  return `POST /api/skills/${skill.name}/versions/${to?.number}/approve`;
}

function issuesOf(input: Pick<CreateRuns, 'skills'>, entry: PlannedRun): Issue[] {
  const index = (input.skills ?? []).findIndex(
    (name) => name === entry.skill.name || name === entry.skill.id,
  );
  const path = index < 0 ? '/skill' : `/skills/${index}`;
  return entry.blockers
    .flatMap(describeBlocker)
    .map((reason) => ({ path, message: `${entry.skill.name}: ${reason}` }));
}

function findingsOf({ skill, to, blockers }: PlannedRun) {
  return blockers
    .flatMap((blocker: Blocker) => (blocker.type === 'critical' ? blocker.findings : []))
    .map((finding) => ({ skill: skill.name, version: to?.number, digest: to?.digest, ...finding }));
}

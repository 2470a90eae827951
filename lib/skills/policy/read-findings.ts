/** Reads what scans say: for people who ask, and for whatever is about to install. */
import { requireRole } from '../../auth/principal.ts';
import type { Context } from '../../kernel/context.ts';
import type { Findings } from './findings-schema.ts';
import { blockersOf, describeBlocker, type Verdict } from './install-policy.ts';
import { findSkill } from '../read-skills.ts';
import { resolveRef } from '../refs/resolve-ref.ts';
import { selectFindings, selectVerdicts } from './verdict-store.ts';
import type { VersionRow } from '../versions/version-store.ts';

const NOTE =
  'No finding means that no rule matched, not that the skill is safe. Capabilities are facts, not verdicts.';

export async function getFindings(ctx: Context, input: { skill: string; ref: string }): Promise<Findings> {
  requireRole(ctx, 'viewer');
  const version = await resolveRef(ctx, await findSkill(ctx, input.skill), input.ref);
  return await readFindings(ctx, version);
}

export async function readFindings(
  ctx: Context,
  version: Pick<VersionRow, 'digest' | 'yank_reason'>,
): Promise<Findings> {
  const { scan, approval } = await selectFindings(ctx, version.digest);
  const status = scan?.status ?? 'pending';
  const findings = scan?.findings ?? [];
  const blockers = blockersOf({
    scan: status,
    findings,
    approval: approval
      ? { fingerprints: approval.fingerprints, coversIncomplete: approval.covers_incomplete }
      : null,
    yank: version.yank_reason === null ? null : { reason: version.yank_reason },
  });
  return {
    digest: version.digest,
    ruleSet: scan === undefined || scan.status === 'pending' ? null : scan.rule_set,
    status,
    scannedAt: scan?.scanned_at?.toISOString() ?? null,
    counts: scan === undefined || scan.status !== 'done' ? null : countsOf(scan),
    findings,
    capabilities: scan?.capabilities ?? null,
    analyzability: scan?.analyzability ?? null,
    blocked: blockers.length > 0,
    reasons: blockers.flatMap(describeBlocker),
    approval: approval
      ? { by: approval.approved_by, at: approval.approved_at.toISOString(), reason: approval.reason }
      : null,
    note: NOTE,
  };
}

function countsOf({ critical, high, medium, low }: Record<'critical' | 'high' | 'medium' | 'low', number>) {
  return { critical, high, medium, low };
}

/** By version id, in one statement. What is not known of a version counts as not scanned. */
export async function readVerdicts(
  ctx: Context,
  versionIds: readonly string[],
): Promise<Map<string, Verdict>> {
  const rows = await selectVerdicts(ctx, versionIds);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        scan: row.status ?? 'pending',
        findings: row.findings ?? [],
        approval:
          row.fingerprints === null
            ? null
            : { fingerprints: row.fingerprints, coversIncomplete: row.covers_incomplete === true },
        yank: row.yank_reason === null ? null : { reason: row.yank_reason },
      },
    ]),
  );
}

/** By version id, why it may not be installed now, a line each; empty when it may. */
export async function whyNotInstallable(
  ctx: Context,
  versionIds: readonly string[],
): Promise<Map<string, string[]>> {
  const verdicts = await readVerdicts(ctx, versionIds);
  return new Map([...verdicts].map(([id, verdict]) => [id, blockersOf(verdict).flatMap(describeBlocker)]));
}

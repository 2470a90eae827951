/** An admin lets content be installed in spite of what its scan says, or of the lack of a scan. */
import { recordAudit } from '../../audit/record.ts';
import { requireRole } from '../../auth/principal.ts';
import { transaction } from '../../db/database.ts';
import type { Context } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Findings } from './findings-schema.ts';
import { approvalOf, criticalOf, needsApproval, type Verdict } from './install-policy.ts';
import { readFindings } from './read-findings.ts';
import { findSkill } from '../read-skills.ts';
import { resolveRef } from '../refs/resolve-ref.ts';
import { lockScan } from './scan-store.ts';
import { selectApproval, upsertApproval } from './verdict-store.ts';

/**
 * Of the digest: every version with the same content is approved, of whichever skill. Approving again changes nothing.
 * Throws `conflict:skill` when there is nothing to approve.
 */
export async function approveFindings(
  ctx: Context,
  input: { skill: string; ref: string; reason: string },
): Promise<Findings> {
  requireRole(ctx, 'admin');
  return await transaction(ctx, async (tx) => {
    const skill = await findSkill(tx, input.skill);
    const version = await resolveRef(tx, skill, input.ref);
    // Locked, or a scan could find something new between the look and the approval.
    const scan = await lockScan(tx, version.digest);
    const before = await selectApproval(tx, version.digest);
    const verdict: Verdict = {
      scan: scan?.status ?? 'pending',
      findings: scan?.findings ?? [],
      approval: before
        ? { fingerprints: before.fingerprints, coversIncomplete: before.covers_incomplete }
        : null,
      yank: null,
    };
    if (needsApproval(verdict)) {
      const rules = [...new Set([...(before?.rules ?? []), ...criticalOf(verdict).map(({ rule }) => rule)])];
      const approval = approvalOf(verdict);
      const { type, id, name } = tx.principal;
      await upsertApproval(tx, {
        digest: version.digest,
        rules,
        ...approval,
        reason: input.reason,
        approvedBy: { type, id, name },
      });
      await recordAudit(tx, {
        action: 'skill.approve',
        target: { type: 'skill', id: skill.id, name: skill.name },
        change: { versionId: version.id, digest: version.digest, rules, scan: verdict.scan, ...approval },
        note: input.reason,
      });
    } else if (!before) {
      throw new AppError(
        'conflict:skill',
        `Version ${version.number} of ${skill.name} needs no approval: its scan has no critical finding`,
      );
    }
    return await readFindings(tx, version);
  });
}

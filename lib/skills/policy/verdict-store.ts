/** The SQL of what is known of versions when somebody wants to install them: scans, approvals and yanks. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { StoredPrincipal } from '../../db/columns.ts';
import type { StoredFinding } from '../../db/scan-tables.ts';
import type { Context, TxContext } from '../../kernel/context.ts';

/** Of these versions, in one statement; findings that are neither critical nor high are left out. */
export async function selectVerdicts(ctx: Context, versionIds: readonly string[]) {
  if (versionIds.length === 0) return [];
  return await query(ctx)
    .selectFrom('skill_versions as version')
    .leftJoin('skill_scans as scan', 'scan.digest', 'version.digest')
    .leftJoin('skill_approvals as approval', 'approval.digest', 'version.digest')
    .leftJoin('skill_yanks as yank', 'yank.version_id', 'version.id')
    .where('version.id', 'in', versionIds)
    .select([
      'version.id',
      'scan.status',
      'approval.fingerprints',
      'approval.covers_incomplete',
      'yank.reason as yank_reason',
      sql<StoredFinding[] | null>`jsonb_path_query_array(scan.findings,
        '$[*] ? (@.severity == "critical" || @.severity == "high")')`.as('findings'),
    ])
    .execute();
}

export type VerdictRow = Awaited<ReturnType<typeof selectVerdicts>>[number];

/** Everything that a scan of this content says, and who approved it. */
export async function selectFindings(ctx: Context, digest: string) {
  const scan = await query(ctx)
    .selectFrom('skill_scans')
    .selectAll()
    .where('digest', '=', digest)
    .executeTakeFirst();
  return { scan, approval: await selectApproval(ctx, digest) };
}

export async function selectApproval(ctx: Context, digest: string) {
  return await query(ctx)
    .selectFrom('skill_approvals')
    .selectAll()
    .where('digest', '=', digest)
    .executeTakeFirst();
}

export interface NewApproval {
  readonly digest: string;
  readonly rules: readonly string[];
  readonly fingerprints: readonly string[];
  readonly coversIncomplete: boolean;
  readonly reason: string;
  readonly approvedBy: StoredPrincipal;
}

export async function upsertApproval(tx: TxContext, approval: NewApproval): Promise<void> {
  const values = {
    rules: [...approval.rules],
    fingerprints: [...approval.fingerprints],
    covers_incomplete: approval.coversIncomplete,
    reason: approval.reason,
    approved_by: JSON.stringify(approval.approvedBy),
  };
  await query(tx)
    .insertInto('skill_approvals')
    .values({ digest: approval.digest, ...values })
    .onConflict((conflict) =>
      conflict.column('digest').doUpdateSet({ ...values, approved_at: sql<Date>`now()` }),
    )
    .execute();
}

/** Stores what a scan found; the audit log hears of it when that changes what was known of the content. */
import { recordAudit } from '../../audit/record.ts';
import type { Context, TxContext } from '../../kernel/context.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { type ScanResult, scanContent } from './scan-content.ts';
import { countFindings, isScanned, lockScan, type ScanRow, upsertScan } from './scan-store.ts';

/** Null when this content was scanned by the rules of today already. Not for inside a transaction: it takes seconds. */
export async function scanBundle(ctx: Context, bundle: Bundle): Promise<ScanResult | null> {
  if (await isScanned(ctx, bundle.digest, ctx.scanner.ruleSet)) return null;
  return await scanContent(ctx, bundle.digest, { ...bundle.manifest, files: bundle.files });
}

export async function storeScan(tx: TxContext, result: ScanResult | null): Promise<void> {
  if (result === null) return;
  const before = await lockScan(tx, result.digest);
  await upsertScan(tx, result);
  if (before === undefined || isSame(before, result)) return;
  const { digest, ruleSet, outcome } = result;
  const now = countFindings(outcome.status === 'done' ? outcome.report.findings : []);
  const { critical, high, medium, low } = before;
  await recordAudit(tx, {
    action: 'skill.scan',
    target: { type: 'skill_content', id: digest },
    change: {
      from: { ruleSet: before.rule_set, status: before.status, findings: { critical, high, medium, low } },
      to: { ruleSet, status: outcome.status, findings: now },
    },
  });
}

function isSame(before: ScanRow, { outcome }: ScanResult): boolean {
  if (before.status !== outcome.status) return false;
  const found = outcome.status === 'done' ? outcome.report.findings : [];
  return keysOf(before.findings) === keysOf(found);
}

function keysOf(findings: readonly { readonly severity: string; readonly fingerprint: string }[]): string {
  return findings
    .map(({ severity, fingerprint }) => `${severity} ${fingerprint}`)
    .toSorted()
    .join('\n');
}

/** Scans stored content again: when the rules have changed, and when a scan did not end well. */
import type { Context } from '../../kernel/context.ts';
import { transaction } from '../../db/database.ts';
import { loadVersionFiles } from '../versions/read-versions.ts';
import { scanContent, type ScanResult } from './scan-content.ts';
import { claimScans, selectDueScans } from './scan-store.ts';
import { storeScan } from './store-scan.ts';
import { selectVersionsWithDigests, type VersionRow } from '../versions/version-store.ts';

/** Of one pass; the next one goes on from there. */
const PASS_LIMIT = 5000;
const PASS_MS = 240_000;
const BATCH = 8;
/** Longer than a batch takes when every scan in it runs into its deadline. */
const CLAIM_MS = 300_000;
/** Processes with other rules may run beside this one for a while: they must not undo each other's work all the time. */
const QUIET_MS = 600_000;

/** One pass, which other processes may share; `signal` ends it after the digest it is at. What is done is stored. */
export async function rescanSkills(
  ctx: Context,
  { quietMs = QUIET_MS, signal }: { readonly quietMs?: number; readonly signal?: AbortSignal } = {},
): Promise<{ scanned: number }> {
  const { ruleSet } = ctx.scanner;
  const endsAt = performance.now() + PASS_MS;
  const due = await selectDueScans(ctx, { ruleSet, quietMs, limit: PASS_LIMIT });
  let scanned = 0;
  const isOver = () => signal?.aborted === true || performance.now() > endsAt;
  for (let next = 0; next < due.length && !isOver(); next += BATCH) {
    const batch = due.slice(next, next + BATCH);
    for (const version of await claimVersions(ctx, batch)) {
      if (isOver()) break;
      const result = await scanVersion(ctx, version);
      await transaction(ctx, async (tx) => await storeScan(tx, result));
      scanned += 1;
    }
  }
  if (scanned > 0) ctx.log.info({ scanned, due: due.length, ruleSet }, 'skills were scanned again');
  return { scanned };
}

/** A version for each digest that is ours to scan, in their order. */
async function claimVersions(ctx: Context, digests: readonly string[]): Promise<VersionRow[]> {
  const { ruleSet } = ctx.scanner;
  const claimed = await claimScans(ctx, digests, { ruleSet, claimMs: CLAIM_MS });
  const versions = new Map(
    (await selectVersionsWithDigests(ctx, claimed)).map((version) => [version.digest, version]),
  );
  return digests.flatMap((digest) => versions.get(digest) ?? []);
}

async function scanVersion(ctx: Context, version: VersionRow): Promise<ScanResult> {
  const { digest, manifest } = version;
  try {
    const files = await loadVersionFiles(ctx, version);
    return await scanContent(ctx, digest, { ...manifest, files });
  } catch (error) {
    // Damage in one skill must not keep the others from their turn; it is tried again like any failed scan.
    ctx.log.error({ err: error, digest }, 'the files of a skill could not be read for a scan');
    return { digest, ruleSet: ctx.scanner.ruleSet, outcome: { status: 'failed' } };
  }
}

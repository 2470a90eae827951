/** What registering a bundle would make, for plans that store nothing. */
import type { Context } from '../../kernel/context.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Verdict } from '../policy/install-policy.ts';
import { scanBundle } from '../policy/store-scan.ts';
import { selectFindings } from '../policy/verdict-store.ts';
import { selectVersionByDigest, type VersionRow } from '../versions/version-store.ts';

/** A version that is still to be registered. */
export interface UnregisteredVersion {
  readonly id: null;
  readonly number: null;
  readonly label: null;
  readonly digest: string;
  readonly manifest: Bundle['manifest'];
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly verdict: Verdict;
}

/** Of content that is there already: the version that has it. Not for inside a transaction: it may scan. */
export async function previewVersion(
  ctx: Context,
  skillId: string,
  bundle: Bundle,
): Promise<VersionRow | UnregisteredVersion> {
  const existing = await selectVersionByDigest(ctx, skillId, bundle.digest);
  if (existing) return existing;
  return {
    id: null,
    number: null,
    label: null,
    digest: bundle.digest,
    manifest: bundle.manifest,
    files: bundle.files.map(({ path, bytes }) => ({ path, size: bytes.byteLength })),
    verdict: await verdictOf(ctx, bundle),
  };
}

async function verdictOf(ctx: Context, bundle: Bundle): Promise<Verdict> {
  const scanned = await scanBundle(ctx, bundle);
  const { scan: stored, approval } = await selectFindings(ctx, bundle.digest);
  const outcome = scanned?.outcome;
  const fresh = outcome?.status === 'done' ? outcome.report.findings : [];
  return {
    scan: outcome?.status ?? stored?.status ?? 'pending',
    findings: outcome ? fresh : (stored?.findings ?? []),
    approval: approval
      ? { fingerprints: approval.fingerprints, coversIncomplete: approval.covers_incomplete }
      : null,
    yank: null,
  };
}

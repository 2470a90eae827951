/** What is recorded of an installation and what the provider shows → whether it still is as we left it. (pure) */
import type { RemoteStatus } from '../providers/adapter.ts';

export interface Recorded {
  readonly externalVersion: string | null;
  /** Of the version that was installed. */
  readonly digest: string;
  /** What was read back at `externalVersion`; null when that was never seen. */
  readonly verifiedDigest: string | null;
}

/** What a provider can say; that a newer version exists is ours to know. */
export type SeenDrift = 'in_sync' | 'modified' | 'missing' | 'unknown';

export interface Seen {
  readonly drift: SeenDrift;
  /** What to record from now on. */
  readonly externalVersion: string | null;
  readonly verifiedDigest: string | null;
}

/** A provider's versions never change, so a known one tells its content. Null: it has to be asked. */
export function seenInList(recorded: Recorded, listedVersion: string | null): Seen | null {
  const { externalVersion, digest, verifiedDigest } = recorded;
  if (listedVersion === null || listedVersion !== externalVersion || verifiedDigest === null) return null;
  return { drift: verifiedDigest === digest ? 'in_sync' : 'modified', externalVersion, verifiedDigest };
}

/** Foreign content leaves the record as it was: a later look, or a repair, begins from what we know. */
export function seenWhenAsked(recorded: Recorded, status: RemoteStatus): Seen {
  const { externalVersion, digest, verifiedDigest } = recorded;
  const before = { externalVersion, verifiedDigest };
  if (!status.present) return { drift: 'missing', ...before };
  if (status.digest === digest)
    return { drift: 'in_sync', externalVersion: status.externalVersion, verifiedDigest: digest };
  if (status.digest !== null) return { drift: 'modified', ...before };
  return seenInList(recorded, status.externalVersion) ?? { drift: 'unknown', ...before };
}

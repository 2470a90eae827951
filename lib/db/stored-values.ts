/** What JSON columns hold. */

export interface StoredManifest {
  name: string;
  description: string;
  license: string | null;
  compatibility: string | null;
  metadata: Record<string, string>;
  allowedTools: string[];
}

export interface StoredFile {
  path: string;
  size: number;
  digest: string;
}

export interface StoredCheckError {
  code: string;
  message: string;
  providerStatus: number | null;
  providerRequestId: string | null;
}

export interface StoredRunError {
  code: string;
  message: string;
  retryable: boolean;
  providerStatus: number | null;
  providerRequestId: string | null;
  cause?: string;
}

export interface StoredRunResult {
  effect: 'created' | 'updated' | 'removed' | 'noop' | 'unknown';
  externalId: string | null;
  externalVersion: string | null;
  verifiedDigest: string | null;
  /** What was read back before the run was called a success; null when nothing was. */
  verification?: 'content' | 'version' | 'absence' | null;
  /** The provider's name for the exchange that made the change, or found nothing to change. */
  providerRequestId?: string | null;
  /** How many requests the last attempt made, and how long the provider took for all of them. */
  requests?: number;
  providerMs?: number;
}

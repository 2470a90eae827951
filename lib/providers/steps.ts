/** What the adapters' flows do with failures between their steps: gone is an answer, half done is an outcome. */
import {
  type Call,
  type InstallResult,
  ProviderError,
  type ProviderFailure,
  type RemoteSkill,
} from './adapter.ts';

/** Null where the provider says that the object does not exist. */
export async function orNullIfMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError && error.failure.code === 'not_found:provider') return null;
    throw error;
  }
}

/** An install that was read back. */
export function done(
  effect: 'created' | 'updated' | 'noop',
  remote: RemoteSkill,
  verifiedDigest: string,
  providerRequestId: string | null,
): InstallResult {
  return { outcome: 'done', effect, ...remote, verifiedDigest, providerRequestId };
}

/** Runs what follows a change already made: when it fails, the provider kept part of the work. */
export async function afterChange(
  call: Call,
  made: RemoteSkill & { readonly effect: 'created' | 'updated' },
  rest: () => Promise<InstallResult>,
): Promise<InstallResult> {
  try {
    return await rest();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    // Stopped by ourselves: whoever continues must know that something was changed.
    if (call.signal.aborted)
      throw new ProviderError({ ...error.failure, effect: 'unknown' }, { cause: error });
    return { outcome: 'partial', ...made, failure: error.failure };
  }
}

/** The provider confirmed what it then did not show. Sending it again would only pile up more of the same. */
export function notAsSent(message: string): ProviderError {
  const failure: ProviderFailure = {
    code: 'bad_gateway:provider',
    message,
    retryable: false,
    retryAfterMs: null,
    providerStatus: null,
    providerCode: null,
    providerRequestId: null,
    effect: 'not_applied',
  };
  return new ProviderError(failure);
}

/** A deleted object that is still shown; deleting again later is harmless. */
export function stillThere(): ProviderError {
  return new ProviderError({
    ...notAsSent('the provider still shows what it said it had deleted').failure,
    retryable: true,
    effect: 'unknown',
  });
}

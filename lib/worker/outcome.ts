/** What happened in an attempt → what becomes of the run, its installation and its open intents. (pure) */
import type { StoredRunError, StoredRunResult } from '../db/stored-values.ts';
import { STORED_CODES, type StoredCode } from '../kernel/errors.ts';
import type { InstallResult, ProviderFailure, UninstallResult } from '../providers/adapter.ts';
import { backoffMs } from '../runs/backoff.ts';
import { type RunChange, UNKNOWN_RESULT } from '../runs/transition.ts';

/** Why an attempt was stopped from outside. */
export type Interruption = 'canceled' | 'lease_lost' | 'draining';

/** An end that was read back. */
export type Found = Extract<Happened, { type: 'installed' | 'uninstalled' }>;

export type Happened =
  | { readonly type: 'installed'; readonly result: Exclude<InstallResult, { outcome: 'pending' }> }
  | { readonly type: 'uninstalled'; readonly result: UninstallResult; readonly externalId: string | null }
  | { readonly type: 'failed'; readonly failure: ProviderFailure }
  | {
      readonly type: 'refused';
      readonly code: StoredCode;
      readonly message: string;
      readonly mayHaveApplied: boolean;
    }
  | {
      readonly type: 'interrupted';
      readonly by: Interruption;
      readonly mayHaveApplied: boolean;
      /** What a canceled run had done by then, as far as it is known. */
      readonly found: Found | null;
    }
  /** An error nobody foresaw; `message` is safe to store. */
  | { readonly type: 'crashed'; readonly message: string; readonly mayHaveApplied: boolean };

export interface Attempt {
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Milliseconds until the run's deadline. */
  readonly remainingMs: number;
  /** In [0, 1). */
  readonly random: number;
  /** Requests that went to the provider, and the milliseconds it took for them. */
  readonly requests: number;
  readonly providerMs: number;
}

export interface Decision {
  /** Null: nothing may be written, somebody else holds the run. */
  readonly change: Omit<RunChange, 'runId' | 'fence'> | null;
  /** `record_unknown`: the provider kept part of it, so what it serves is not known. */
  readonly installation: 'record' | 'record_unknown' | 'forget' | 'unknown' | 'keep';
  /** True when the outcome of everything sent for this target is known. */
  readonly isSettled: boolean;
}

export function decide(happened: Happened, attempt: Attempt): Decision {
  switch (happened.type) {
    case 'installed':
      return installed(happened.result, attempt);
    case 'uninstalled':
      return uninstalled(happened, attempt);
    case 'failed':
      return failed(happened.failure, attempt);
    case 'refused':
      return failed(ownFailure(happened.code, happened), attempt);
    case 'interrupted':
      return interrupted(happened, attempt);
    case 'crashed':
      return failed(ownFailure('internal:install_run', happened), attempt);
  }
}

function ownFailure(
  code: StoredCode,
  happened: { message: string; mayHaveApplied: boolean },
): ProviderFailure {
  return {
    code,
    message: happened.message,
    retryable: STORED_CODES[code].retryable,
    retryAfterMs: null,
    providerStatus: null,
    providerCode: null,
    providerRequestId: null,
    effect: happened.mayHaveApplied ? 'unknown' : 'not_applied',
  };
}

function uninstalled(
  { result, externalId }: Extract<Happened, { type: 'uninstalled' }>,
  attempt: Attempt,
): Decision {
  return {
    change: {
      event: 'run.succeeded',
      error: null,
      result: {
        effect: result.effect,
        externalId,
        externalVersion: null,
        verifiedDigest: null,
        // Without an id there was nothing to look for.
        verification: externalId === null ? null : 'absence',
        ...exchanged(result.providerRequestId, attempt),
      },
      pendingToken: null,
    },
    installation: 'forget',
    isSettled: true,
  };
}

function installed(result: Exclude<InstallResult, { outcome: 'pending' }>, attempt: Attempt): Decision {
  const { effect, externalId, externalVersion } = result;
  if (result.outcome === 'done') {
    const stored: StoredRunResult = {
      effect,
      externalId,
      externalVersion,
      verifiedDigest: result.verifiedDigest,
      verification: result.verifiedDigest === null ? 'version' : 'content',
      ...exchanged(result.providerRequestId, attempt),
    };
    return {
      change: { event: 'run.succeeded', error: null, result: stored, pendingToken: null },
      installation: 'record',
      isSettled: true,
    };
  }
  // What is there is recorded, so the next attempt goes on from it instead of making it again.
  const again = failed(result.failure, attempt);
  if (again.change?.event === 'run.retry_scheduled') return { ...again, installation: 'record_unknown' };
  return {
    change: {
      event: 'run.partially_failed',
      error: providerRunError(result.failure),
      result: {
        effect,
        externalId,
        externalVersion,
        verifiedDigest: null,
        verification: null,
        ...exchanged(result.failure.providerRequestId, attempt),
      },
      pendingToken: null,
    },
    installation: 'record_unknown',
    isSettled: result.failure.effect === 'not_applied',
  };
}

function exchanged(providerRequestId: string | null, { requests, providerMs }: Attempt) {
  return { providerRequestId, requests, providerMs };
}

function failed(failure: ProviderFailure, attempt: Attempt): Decision {
  const isUnknown = failure.effect === 'unknown';
  const isLast = attempt.attempt >= attempt.maxAttempts;
  const delayMs = backoffMs(attempt.attempt, failure.retryAfterMs, attempt.random);
  if (failure.retryable && !isLast && delayMs < attempt.remainingMs) {
    return {
      change: {
        event: 'run.retry_scheduled',
        error: providerRunError(failure),
        // An operation that certainly changed nothing is over; going on with it would only fail again.
        ...(!isUnknown && { pendingToken: null }),
        delayMs,
        data: { code: failure.code, delayMs },
      },
      installation: 'keep',
      isSettled: !isUnknown,
    };
  }
  if (isUnknown) {
    const message = `It is not known whether the provider took it: ${failure.message}`;
    return end(
      {
        ...providerRunError(failure),
        code: 'uncertain:provider',
        message,
        retryable: false,
        cause: failure.code,
      },
      'unknown',
      false,
    );
  }
  if (!failure.retryable) return end(providerRunError(failure), null, true);
  const reason = isLast
    ? `all ${attempt.maxAttempts} attempts failed`
    : 'the provider asked to wait past the deadline of the run';
  return end(
    {
      ...providerRunError(failure),
      code: 'exhausted:install_run',
      message: `Gave up because ${reason}; the last error was: ${failure.message}`,
      retryable: false,
      cause: failure.code,
    },
    null,
    true,
  );
}

function interrupted(
  { by, mayHaveApplied, found }: Extract<Happened, { type: 'interrupted' }>,
  attempt: Attempt,
): Decision {
  switch (by) {
    case 'lease_lost':
      return { change: null, installation: 'keep', isSettled: false };
    case 'draining':
      return {
        change: { event: 'run.handed_back', delayMs: 0, data: { reason: 'the worker is stopping' } },
        installation: 'keep',
        isSettled: !mayHaveApplied,
      };
    case 'canceled':
      if (found) return canceledAfter(decide(found, attempt));
      return {
        change: {
          event: 'run.canceled',
          error: runError('canceled:install_run', 'The run was canceled while it was at work'),
          result: mayHaveApplied ? UNKNOWN_RESULT : null,
          pendingToken: null,
        },
        installation: mayHaveApplied ? 'unknown' : 'keep',
        isSettled: !mayHaveApplied,
      };
  }
}

/** The provider had done it before the cancel was heard: the run is canceled, and says so. */
function canceledAfter(done: Decision): Decision {
  if (done.change === null) return done;
  const message = 'The run was canceled when the provider had done its part already; result says what';
  return {
    ...done,
    change: { ...done.change, event: 'run.canceled', error: runError('canceled:install_run', message) },
  };
}

function end(error: StoredRunError, effect: 'unknown' | null, isSettled: boolean): Decision {
  return {
    change: {
      event: 'run.failed',
      error,
      result: effect === null ? null : UNKNOWN_RESULT,
      pendingToken: null,
    },
    installation: effect === null ? 'keep' : 'unknown',
    isSettled,
  };
}

function runError(code: StoredCode, message: string): StoredRunError {
  return {
    code,
    message,
    retryable: STORED_CODES[code].retryable,
    providerStatus: null,
    providerRequestId: null,
  };
}

function providerRunError(failure: ProviderFailure): StoredRunError {
  const { code, message, retryable, providerStatus, providerRequestId } = failure;
  return { code, message, retryable, providerStatus, providerRequestId };
}

/** What an error of the file system means for an install, with words that say what to do about it. */
import type { StoredCode } from '../../kernel/errors.ts';
import { type Call, ProviderError, type ProviderFailure } from '../adapter.ts';
import { classifyAbort } from '../classify.ts';

/** Code, whether trying again may help, and what a person can do. */
type Meaning = readonly [code: StoredCode, retryable: boolean, advice: string];

const FORBIDDEN: Meaning = [
  'forbidden:provider',
  false,
  'let the user this server runs as read and write it',
];
const FULL: Meaning = ['bad_gateway:provider', true, 'free some space on its disk'];
const BUSY: Meaning = ['bad_gateway:provider', true, 'see whether the disk is well and not overloaded'];
const WRONG_FORM: Meaning = [
  'unprocessable:provider',
  false,
  'every part of its path must be a plain folder',
];

const MEANINGS: Readonly<Record<string, Meaning>> = {
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: FORBIDDEN,
  ENOSPC: FULL,
  EDQUOT: FULL,
  ENOENT: ['not_found:provider', false, 'create its parent folder, or correct the path of the provider'],
  EEXIST: ['conflict:provider', false, 'something else was put there meanwhile; look what it is'],
  ENOTEMPTY: ['conflict:provider', false, 'something else was put there meanwhile; look what it is'],
  ENOTDIR: WRONG_FORM,
  EISDIR: WRONG_FORM,
  ELOOP: WRONG_FORM,
  EINVAL: WRONG_FORM,
  ENAMETOOLONG: WRONG_FORM,
};

/** Runs `work` on the disk; an error of the file system becomes a ProviderError about `folder`. */
export async function onDisk<T>(
  folder: string,
  work: () => Promise<T>,
  effect: ProviderFailure['effect'] = 'not_applied',
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === null) throw error;
    const [code, retryable, advice] = MEANINGS[errno] ?? BUSY;
    const message = `${folder} cannot be used (${errno}): ${advice}`;
    throw new ProviderError({ ...refusal(code, message).failure, retryable, effect }, { cause: error });
  }
}

/** The code of a file system error, or null when it is no such error. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}

/** What `work` answers, or null when the file or folder does not exist. */
export async function orNullIfAbsent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A refusal of ours: nothing was changed, and trying again will not help. */
export function refusal(code: StoredCode, message: string): ProviderError {
  return new ProviderError({
    code,
    message,
    retryable: false,
    retryAfterMs: null,
    providerStatus: null,
    providerCode: null,
    providerRequestId: null,
    effect: 'not_applied',
  });
}

export function stopIfAborted(call: Call): void {
  if (!call.signal.aborted) return;
  throw new ProviderError(classifyAbort(false, { isMutation: true, now: new Date() }), {
    cause: call.signal.reason,
  });
}

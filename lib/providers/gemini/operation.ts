/** Long-running operations: the token that lets any process go on waiting, and the wait inside an uninstall. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Call, type InstallResult, ProviderError, type ProviderFailure } from '../adapter.ts';
import type { Answered } from '../call.ts';
import { classifyAbort, classifyOperationError } from '../classify.ts';
import { orNullIfMissing } from '../steps.ts';
import { getOperation, type Session } from './requests.ts';
import { isSkillId } from './skill-id.ts';
import { type Operation, OperationName } from './wire.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** An install that Google still works on. */
const OpenOperation = z.strictObject({
  operation: OperationName,
  skillId: z.string().refine(isSkillId),
  effect: z.enum(['created', 'updated']),
  looks: z.int().min(0).max(100_000),
});
export type OpenOperation = z.output<typeof OpenOperation>;

export function pending(open: OpenOperation): InstallResult {
  const token = Buffer.from(JSON.stringify(open)).toString('base64url');
  return { outcome: 'pending', token, pollAfterMs: waitMs(open.looks) };
}

/** Throws when it is not a token of ours: its names become part of an address. */
export function readToken(token: string): OpenOperation {
  return OpenOperation.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
}

function waitMs(looks: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** Math.min(looks, 10), LONGEST_WAIT_MS);
}

/** Whatever goes wrong while an operation is open, the operation may still succeed. */
export async function whileOpen<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new ProviderError({ ...error.failure, effect: 'unknown' }, { cause: error });
  }
}

export function failureOf(operation: Answered<Operation>): ProviderFailure | null {
  const { error } = operation.value;
  if (!error) return null;
  const failure = classifyOperationError(error, { isMutation: true, now: new Date() });
  return { ...failure, providerRequestId: operation.requestId };
}

/** Waits until the operation has ended; Google forgetting it counts as its end. */
export async function untilDone(
  session: Session,
  started: Answered<Operation>,
): Promise<Answered<Operation>> {
  let latest = started;
  for (let looks = 0; !latest.value.done; looks += 1) {
    await pause(session.call, waitMs(looks));
    const seen = await whileOpen(orNullIfMissing(getOperation(session, latest.value.name)));
    if (!seen) return latest;
    latest = seen;
  }
  return latest;
}

async function pause(call: Call, milliseconds: number): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: call.signal });
  } catch (error) {
    throw new ProviderError(classifyAbort(true, { isMutation: true, now: new Date() }), { cause: error });
  }
}

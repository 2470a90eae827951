/** Writes what an attempt did: the run, its installation, its intents, and what it learnt about its connection. */
import {
  deleteInstallation,
  markInstallationUnknown,
  type NewInstallation,
  upsertInstallations,
} from '../connections/installation-store.ts';
import { type GateSignal, refusesCredential, signalOf } from '../connections/gate.ts';
import { signalGate } from '../connections/gate-store.ts';
import { refuseConnection } from '../connections/refuse-connection.ts';
import { transaction } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import { newId } from '../kernel/ids.ts';
import type { ProviderFailure } from '../providers/adapter.ts';
import { cancelWaiting } from '../runs/cancel-run.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { isCancelRequested, markAnswered, settleIntents } from '../runs/intent-store.ts';
import { TRANSITIONS } from '../runs/states.ts';
import { type RunChange, transitionRuns } from '../runs/transition.ts';
import type { Decision, Happened } from './outcome.ts';

export function fencedChange(run: ClaimedRun, change: Omit<RunChange, 'runId' | 'fence'>): RunChange {
  return { ...change, runId: run.id, fence: { leaseToken: run.leaseToken, attempt: run.attempt } };
}

/** An attempt that ended: what happened, and what becomes of its run. */
export interface Finished {
  readonly run: ClaimedRun;
  readonly happened: Happened;
  readonly decision: Decision & { readonly change: NonNullable<Decision['change']> };
  readonly used: UsedConnection | null;
}

/** Whether it says something about its connection; such a one locks the connection's rows, and is committed alone. */
export function concernsConnection({ run, happened }: Finished): boolean {
  const failure = failureOf(happened);
  return failure !== null || gateSignalFor(run, happened, failure) !== null;
}

/** Status, event, audit row, installation and intents change together, or not at all for those whose lease is gone: false for them. */
export async function commitAttempts(ctx: Context, finished: readonly Finished[]): Promise<boolean[]> {
  const applied = await retryForeign(ctx, async (tx) => {
    const changes = finished.map(({ run, decision }) => fencedChange(run, decision.change));
    const changed = await transitionRuns(tx, changes);
    const kept = finished.filter(({ run }) => changed.has(run.id));
    await settleIntents(
      tx,
      kept.filter(({ decision }) => decision.isSettled).map(({ run }) => run),
    );
    for (const one of kept) await commitExceptions(tx, one);
    await upsertInstallations(tx, kept.flatMap(installationOf));
    for (const one of kept) await recordConnection(tx, one);
    for (const { run } of finished.filter((one) => !changed.has(one.run.id)))
      ctx.log.warn(
        { runId: run.id, attempt: run.attempt },
        'an outcome came too late; the run goes on elsewhere',
      );
    return changed;
  });
  ctx.db.notify('runs_changed');
  return finished.map(({ run }) => applied.has(run.id));
}

/** A comparison that lists the new object in this very moment has a row for it; the second time that row is seen. */
async function retryForeign<T>(ctx: Context, commit: (tx: TxContext) => Promise<T>): Promise<T> {
  try {
    return await transaction(ctx, commit);
  } catch (error) {
    if (!isUniqueViolation(error, 'installations_external_key')) throw error;
    return await transaction(ctx, commit);
  }
}

/** What only few attempts need. A successful install asks nothing here. */
async function commitExceptions(tx: TxContext, { run, happened, decision }: Finished): Promise<void> {
  if (!decision.isSettled && wasAnswered(failureOf(happened))) await markAnswered(tx, run);
  // A cancel that came while the attempt failed would else be heard only when the wait is over.
  if (TRANSITIONS[decision.change.event].to === 'queued' && (await isCancelRequested(tx, run.id)))
    await cancelWaiting(tx, run, 'The run was canceled while it was at work');
  if (decision.installation === 'forget') await deleteInstallation(tx, run);
  if (decision.installation === 'unknown') await markInstallationUnknown(tx, run);
}

function installationOf({ run, happened: ended, decision }: Finished): NewInstallation[] {
  const how = decision.installation;
  const happened = ended.type === 'interrupted' && ended.found ? ended.found : ended;
  if (happened.type !== 'installed' || run.skillVersionId === null) return [];
  if (how !== 'record' && how !== 'record_unknown') return [];
  const { result } = happened;
  return [
    {
      id: newId('installation'),
      providerId: run.providerId,
      skillId: run.skillId,
      skillVersionId: run.skillVersionId,
      externalId: result.externalId,
      externalVersion: result.externalVersion,
      verifiedDigest: result.outcome === 'done' ? result.verifiedDigest : null,
      drift: how === 'record' ? 'in_sync' : 'unknown',
      installedBy: run.id,
    },
  ];
}

/** Which connection an attempt used, and with which credentials. */
export interface UsedConnection {
  readonly id: string;
  readonly slug: string;
  readonly credentialsStoredAt: Date | null;
}

/** What the attempt learnt about its connection, so that the next runs know it too. */
async function recordConnection(tx: TxContext, { run, happened, used }: Finished): Promise<void> {
  const failure = failureOf(happened);
  const signal = gateSignalFor(run, happened, failure);
  if (signal !== null) await signalGate(tx, run.providerId, signal);
  if (failure !== null && used !== null && refusesCredential(failure))
    await refuseConnection(tx, used, failure);
}

/** Null also for a success at a connection that was well when the run was claimed. */
function gateSignalFor(
  run: ClaimedRun,
  happened: Happened,
  failure: ProviderFailure | null,
): GateSignal | null {
  const signal = gateSignal(happened, failure);
  return signal?.type === 'up' && run.gateFailures === 0 ? null : signal;
}

/** Gateways answer for a provider that may still be at work; these statuses are its own. */
const OWN_ERRORS: ReadonlySet<number | null> = new Set([500, 503, 529]);

function wasAnswered(failure: ProviderFailure | null): boolean {
  return failure !== null && OWN_ERRORS.has(failure.providerStatus);
}

function failureOf(happened: Happened): ProviderFailure | null {
  if (happened.type === 'failed') return happened.failure;
  return happened.type === 'installed' && happened.result.outcome === 'partial'
    ? happened.result.failure
    : null;
}

function gateSignal(happened: Happened, failure: ProviderFailure | null): GateSignal | null {
  switch (happened.type) {
    case 'installed':
    case 'failed':
      return signalOf(failure);
    case 'uninstalled':
      return happened.externalId === null ? null : { type: 'up' };
    case 'refused':
      return happened.code === 'timeout:provider' ? { type: 'failing', because: happened.message } : null;
    case 'interrupted':
    case 'crashed':
      return null;
  }
}

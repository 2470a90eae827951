/** An attempt while it is under way: loads what it needs, acts at the provider, and tells what happened. */
import { setTimeout as sleep } from 'node:timers/promises';
import { callFor } from '../connections/call.ts';
import { ownWait } from '../connections/gate.ts';
import { openConnection } from '../connections/credentials.ts';
import { withRemedy } from '../connections/remedy.ts';
import type { ConnectionRow } from '../connections/store.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { isStoredCode } from '../kernel/errors.ts';
import {
  type Call,
  type Connection,
  type Exchange,
  type InstallRequest,
  type InstallResult,
  type Mutation,
  type Adapters,
  type ProviderAdapter,
  ProviderError,
  type RemoteSkill,
} from '../providers/adapter.ts';
import { isInWindow } from '../providers/adopt.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { lostIn } from '../runs/intent-store.ts';
import { storePendingToken, transitionRuns } from '../runs/transition.ts';
import { fencedChange, type UsedConnection } from './commit-attempt.ts';
import { type AttemptFacts, connectionOf } from './attempt-facts.ts';
import { findOwnObjects, uninstallAll } from './own-objects.ts';
import { lookAfterCancel, type Target } from './look-after-cancel.ts';
import type { Happened } from './outcome.ts';
import { RunInterrupted } from './run-interrupted.ts';
import type { RunBatches } from './run-batches.ts';

const MAY_STILL_LAND =
  'The answer to an earlier request was lost and what it made is not there yet; it may still appear';

/** An attempt while it is under way; it remembers whether something may have changed at the provider. */
export class AttemptAtProvider {
  readonly #ctx: Context;
  readonly #batches: RunBatches;
  readonly #run: ClaimedRun;
  readonly #openSince: Date | null;
  readonly #facts: Promise<AttemptFacts>;
  readonly #signal: AbortSignal;
  #hasMutated: boolean;
  /** Whether the provider would make a second object of a repeated request. */
  #mayDuplicate = false;
  /** What adapters hear of; a cancel waits until the answer to a change under way is there. */
  readonly #stop = new AbortController();
  #isChanging = false;
  #isWaiting = false;
  #target: Target | null = null;
  /** Null until it was looked up. */
  connection: UsedConnection | null = null;
  requests = 0;
  providerMs = 0;

  /** `since`: when something was sent for this target of which nobody knows what became; null for never. */
  constructor(
    ctx: Context,
    batches: RunBatches,
    run: ClaimedRun,
    known: { readonly since: Date | null; readonly facts: Promise<AttemptFacts> },
    signal: AbortSignal,
  ) {
    this.#ctx = ctx;
    this.#batches = batches;
    this.#run = run;
    this.#openSince = known.since;
    this.#facts = known.facts;
    this.#hasMutated = run.pendingToken !== null;
    this.#signal = AbortSignal.any([signal, AbortSignal.timeout(ctx.settings.runTimeoutMs)]);
  }

  async happen(adapters: Adapters): Promise<Happened> {
    try {
      this.#signal.throwIfAborted();
      this.#signal.addEventListener('abort', () => this.#pass(), { once: true });
      return await this.#orCanceled(await this.#orLeftBehind(this.#act(adapters)));
    } catch (error) {
      return await this.#orCanceled(this.#explain(error));
    }
  }

  /** An answer that is on its way says what became of a change; without it somebody would have to look. */
  #pass(): void {
    if (!this.#isChanging || !this.#isCanceled()) this.#stop.abort(this.#signal.reason);
    else
      setTimeout(() => this.#stop.abort(this.#signal.reason), this.#ctx.settings.providerTimeoutMs).unref();
  }

  #isCanceled(): boolean {
    const reason: unknown = this.#signal.reason;
    return reason instanceof RunInterrupted && reason.by === 'canceled';
  }

  /** What a canceled run did before it heard of it is told with it, found out where it is not known. */
  async #orCanceled(happened: Happened): Promise<Happened> {
    if (!this.#isCanceled()) return happened;
    if (
      happened.type === 'uninstalled' ||
      (happened.type === 'installed' && happened.result.outcome === 'done')
    )
      return { type: 'interrupted', by: 'canceled', mayHaveApplied: false, found: happened };
    if (happened.type !== 'interrupted' || !happened.mayHaveApplied || this.#target === null) return happened;
    const found = await lookAfterCancel(this.#ctx, this.#run, this.#target);
    return found === null ? happened : { ...happened, mayHaveApplied: false, found };
  }

  /** Work that does not heed the signal is not waited for longer than one call may take: it cannot send any more. */
  async #orLeftBehind(work: Promise<Happened>): Promise<Happened> {
    let leave: NodeJS.Timeout | undefined;
    let count = (): void => undefined;
    const leftBehind = new Promise<Happened>((resolve) => {
      count = () => {
        const waits = this.#isCanceled() ? 2 : 1;
        const waitMs = waits * this.#ctx.settings.providerTimeoutMs;
        leave = setTimeout(() => resolve(this.#explain(this.#signal.reason)), waitMs);
      };
    });
    if (this.#signal.aborted) count();
    else this.#signal.addEventListener('abort', count);
    try {
      return await Promise.race([work, leftBehind]);
    } finally {
      this.#signal.removeEventListener('abort', count);
      clearTimeout(leave);
    }
  }

  async #act(adapters: Adapters): Promise<Happened> {
    const ctx = this.#ctx;
    const run = this.#run;
    const facts = await this.#facts;
    const row = connectionOf(facts, run);
    if (row.status === 'inactive') {
      return {
        type: 'refused',
        code: 'conflict:provider',
        message: `${row.slug} was switched off before the run began`,
        mayHaveApplied: this.#openSince !== null,
      };
    }
    if (row.status === 'error') return this.#refusedBefore(row);
    const forbidden = this.#forbidden(facts);
    if (forbidden) return forbidden;
    this.connection = { id: row.id, slug: row.slug, credentialsStoredAt: row.credential?.updatedAt ?? null };
    const connection = openConnection(ctx, row);
    const call = callFor(
      ctx,
      row,
      this.#stop.signal,
      async (mutation) => await this.#beforeMutation(mutation),
      (exchange) => this.#count(exchange),
    );
    const adapter = adapters[row.kind];
    this.#mayDuplicate = adapter.capabilities.idOwner === 'server';
    const { prior } = facts;
    this.#target = { adapter, row, connection, prior, request: null };
    if (run.action === 'uninstall') {
      const present = prior ? [prior] : await this.#leftBehind(adapter, connection, facts, call);
      return await uninstallAll(present, async (one) => await adapter.uninstall(connection, one, call));
    }
    const request = {
      package: await this.#batches.packages.load(run, facts),
      prior,
      openIntent: this.#openSince === null ? null : { since: this.#openSince },
    };
    this.#target = { adapter, row, connection, prior, request };
    return { type: 'installed', result: await this.#install(adapter, connection, request, call) };
  }

  /** Nothing is recorded, but something was sent of which nobody knows what became: what it made is to go as well. */
  async #leftBehind(
    adapter: ProviderAdapter,
    connection: Connection,
    { names }: AttemptFacts,
    call: Call,
  ): Promise<RemoteSkill[]> {
    const since = this.#openSince;
    if (since === null || names === undefined) return [];
    const target = { skillId: this.#run.skillId, skillName: names.name };
    const own = await findOwnObjects(this.#ctx, adapter, connection, call, target, (createdAt) =>
      isInWindow(createdAt, since),
    );
    if (own.length === 0) await this.#untilLost();
    return own;
  }

  #count({ mutation, latencyMs }: Exchange): void {
    this.requests += 1;
    this.providerMs += latencyMs;
    if (mutation === null) return;
    this.#isChanging = false;
    if (this.#signal.aborted) this.#stop.abort(this.#signal.reason);
  }

  /** What was refused for its credentials a moment ago is not asked again by every run that waits. */
  #refusedBefore(row: ConnectionRow): Happened {
    const code = row.checkError?.code ?? '';
    return {
      type: 'refused',
      code: isStoredCode(code) ? code : 'conflict:provider',
      message: `${row.slug} cannot be used: ${row.checkError ? withRemedy(row.slug, row.checkError) : 'its last check failed'}`,
      mayHaveApplied: this.#openSince !== null,
    };
  }

  /** Asked for again at every attempt: much may have been found or decided while the run waited. */
  #forbidden({ reasons }: AttemptFacts): Happened | null {
    if (reasons.length === 0) return null;
    return {
      type: 'refused',
      code: 'blocked:skill',
      message: `This version may not be installed: ${reasons.join('; ')}`,
      mayHaveApplied: this.#openSince !== null || this.#hasMutated,
    };
  }

  async #install(adapter: ProviderAdapter, connection: Connection, request: InstallRequest, call: Call) {
    let result: InstallResult =
      this.#run.pendingToken === null
        ? await adapter.install(connection, request, call)
        : await adapter.resume(connection, this.#run.pendingToken, request, call);
    while (result.outcome === 'pending') {
      await this.#keepToken(result.token);
      await sleep(result.pollAfterMs, undefined, { signal: this.#signal });
      result = await adapter.resume(connection, result.token, request, call);
    }
    return result;
  }

  /** Writes down what is about to be sent. Throws RunInterrupted when the run is not ours, or not wanted, any more. */
  async #beforeMutation(mutation: Mutation): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#notTwice(mutation);
    const announced = await this.#batches.announce({ run: this.#run, mutation });
    if (announced !== 'announced') throw new RunInterrupted(announced);
    this.#hasMutated = true;
    this.#isChanging = true;
  }

  /** What an earlier attempt sent may still land although it is not there yet: then nothing is sent once more. */
  async #notTwice(mutation: Mutation): Promise<void> {
    const isRepeat = this.#openSince !== null && !this.#hasMutated;
    if (!isRepeat || !this.#mayDuplicate || (mutation !== 'create' && mutation !== 'create_version')) return;
    await this.#untilLost();
  }

  /** Throws, for another attempt, while what was sent may still land. */
  async #untilLost(): Promise<void> {
    const waitMs = await lostIn(this.#ctx, this.#run, 2 * this.#ctx.settings.providerTimeoutMs);
    if (waitMs === 0) return;
    throw new ProviderError(ownWait('uncertain:provider', MAY_STILL_LAND, waitMs));
  }

  /** The first token is a step that people see; those that follow only say how far the waiting is. */
  async #keepToken(pendingToken: string): Promise<void> {
    const isKept = this.#isWaiting
      ? await storePendingToken(this.#ctx, this.#run, pendingToken)
      : await transaction(this.#ctx, async (tx) => {
          const change = {
            event: 'run.phase_changed',
            phase: 'waiting',
            pendingToken,
            data: { phase: 'waiting' },
          } as const;
          return (await transitionRuns(tx, [fencedChange(this.#run, change)])).size > 0;
        });
    if (!isKept) throw new RunInterrupted('lease_lost');
    this.#isWaiting = true;
  }

  #explain(error: unknown): Happened {
    const failure = error instanceof ProviderError ? error.failure : null;
    // An attempt looks at what earlier ones left before it changes anything: short of that, theirs stays open.
    const isStillOpen = this.#openSince !== null && !this.#hasMutated;
    const mayHaveApplied =
      isStillOpen || (failure === null ? this.#hasMutated : failure.effect === 'unknown');
    const reason: unknown = error instanceof RunInterrupted ? error : this.#signal.reason;
    if (reason instanceof RunInterrupted)
      return { type: 'interrupted', by: reason.by, mayHaveApplied, found: null };
    if (failure)
      return { type: 'failed', failure: { ...failure, effect: mayHaveApplied ? 'unknown' : 'not_applied' } };
    if (this.#signal.aborted) {
      const message = `The attempt took longer than ${this.#ctx.settings.runTimeoutMs} ms`;
      return { type: 'refused', code: 'timeout:provider', message, mayHaveApplied };
    }
    this.#ctx.log.error({ err: error }, 'an attempt ended with an unexpected error');
    return {
      type: 'crashed',
      message: 'An unexpected error ended the attempt; the log has it under the id of the run',
      mayHaveApplied,
    };
  }
}

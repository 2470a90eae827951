/** Takes runs from the queue and works on many at once: claims, keeps leases, hears cancels, drains on stop. */
import { setImmediate as endOfTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../kernel/context.ts';
import { type ClaimedRun, claimRuns, extendLeases } from '../runs/claim.ts';
import { sweepRuns } from '../runs/sweep.ts';
import type { Adapters } from '../providers/adapter.ts';
import { executeRun } from './execute-run.ts';
import { RunInterrupted } from './run-interrupted.ts';
import { RunBatches } from './run-batches.ts';

/** The truth behind the hints: how often the queue is looked at when nobody calls. */
const POLL_MS = 1000;

/** The rest is for clocks that run unevenly and for the abort itself. */
const SAFE_PART_OF_LEASE = 5 / 6;

/** How often it is looked for runs whose worker died. */
const SWEEP_MS = 2000;

interface Held {
  readonly run: ClaimedRun;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  expiry: NodeJS.Timeout;
}

export class Worker {
  readonly #ctx: Context;
  readonly #adapters: Adapters;
  readonly #id: string;
  readonly #sweepMs: number;
  /** So much shorter than the setting that a run is taken over within it, the time to find it included. */
  readonly #leaseMs: number;
  readonly #batches: RunBatches;
  /** By lease token: after a lost lease this very worker may take the same run up again. */
  readonly #held = new Map<string, Held>();
  readonly #stops: (() => void)[] = [];
  #isStopping = false;
  #isPumping = false;
  #isWanted = false;
  #pumped: Promise<void> = Promise.resolve();

  constructor(ctx: Context, adapters: Adapters, id: string) {
    this.#ctx = ctx;
    this.#adapters = adapters;
    this.#id = id;
    const { runLeaseMs } = ctx.settings;
    this.#sweepMs = Math.min(SWEEP_MS, runLeaseMs / 5);
    this.#leaseMs = runLeaseMs - 1.5 * this.#sweepMs;
    this.#batches = new RunBatches(ctx);
  }

  start(): void {
    const { db } = this.#ctx;
    const beat = Math.max(200, Math.floor(this.#leaseMs / 3));
    this.#stops.push(
      db.listen('runs_queued', () => this.#wake()),
      db.listen('runs_canceling', () => void this.#beat()),
      every(POLL_MS, () => this.#wake()),
      every(beat, () => void this.#beat()),
      every(this.#sweepMs, () => void this.#sweep()),
    );
    void this.#sweep();
    this.#wake();
  }

  /** No new runs from now on; those at work may finish within `graceMs`, the rest is handed back. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await this.#pumped;
    const finished = Promise.all([...this.#held.values()].map((held) => held.done));
    const grace = new AbortController();
    await Promise.race([
      finished,
      sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    for (const held of this.#held.values()) held.controller.abort(new RunInterrupted('draining'));
    await finished;
    for (const stop of this.#stops.splice(0)) stop();
  }

  #wake(): void {
    this.#isWanted = true;
    if (this.#isPumping || this.#isStopping) return;
    this.#isPumping = true;
    this.#pumped = this.#pump().finally(() => {
      this.#isPumping = false;
    });
  }

  async #pump(): Promise<void> {
    const { settings, log } = this.#ctx;
    while (this.#isWanted) {
      // Runs of one batch end together: their places are filled by one claim.
      await endOfTurn();
      if (this.#isStopping) return;
      this.#isWanted = false;
      const limit = settings.workerConcurrency - this.#held.size;
      if (limit <= 0) return;
      try {
        const askedAt = performance.now();
        const claimed = await claimRuns(this.#ctx, {
          workerId: this.#id,
          limit,
          workerSlots: settings.workerConcurrency,
          leaseMs: this.#leaseMs,
        });
        for (const run of claimed) this.#begin(run, askedAt);
        if (claimed.length === limit) this.#isWanted = true;
      } catch (error) {
        // The next poll tries again; runs stay queued meanwhile.
        log.warn({ err: error }, 'the queue could not be read');
        return;
      }
    }
  }

  #begin(run: ClaimedRun, askedAt: number): void {
    const controller = new AbortController();
    const expiry = this.#stopBeforeEnd(controller, askedAt);
    const done = executeRun(this.#ctx, this.#adapters, run, controller.signal, this.#batches)
      .catch((error: unknown) => {
        // Nothing was committed: the lease runs out and the run is taken up again.
        this.#ctx.log.error({ err: error, runId: run.id }, 'the outcome of an attempt could not be stored');
      })
      .finally(() => {
        clearTimeout(this.#held.get(run.leaseToken)?.expiry);
        this.#held.delete(run.leaseToken);
        this.#wake();
      });
    for (const held of this.#held.values())
      if (held.run.id === run.id) held.controller.abort(new RunInterrupted('lease_lost'));
    this.#held.set(run.leaseToken, { run, controller, done, expiry });
  }

  /** Once a lease has ended another worker may begin, so an attempt that cannot extend its lease stops before. */
  #stopBeforeEnd(controller: AbortController, extendedAt: number): NodeJS.Timeout {
    const lastMs = extendedAt + this.#leaseMs * SAFE_PART_OF_LEASE - performance.now();
    return setTimeout(() => controller.abort(new RunInterrupted('lease_lost')), lastMs);
  }

  /** Extends every lease in one statement; aborts what was lost or canceled. */
  async #beat(): Promise<void> {
    const held = [...this.#held.values()];
    if (held.length === 0) return;
    try {
      const leases = held.map(({ run }) => ({ runId: run.id, leaseToken: run.leaseToken }));
      const askedAt = performance.now();
      const kept = await extendLeases(this.#ctx, leases, this.#terms());
      for (const one of held) {
        const { run, controller } = one;
        const lease = kept.get(run.leaseToken);
        if (!lease) controller.abort(new RunInterrupted('lease_lost'));
        else if (lease.isCancelRequested) controller.abort(new RunInterrupted('canceled'));
        clearTimeout(one.expiry);
        if (this.#held.has(run.leaseToken)) one.expiry = this.#stopBeforeEnd(controller, askedAt);
      }
    } catch (error) {
      this.#ctx.log.warn({ err: error }, 'leases could not be extended');
    }
  }

  /** An attempt that began just before the deadline of its run may end after it. */
  #terms() {
    const { runTimeoutMs, providerTimeoutMs } = this.#ctx.settings;
    return { leaseMs: this.#leaseMs, graceMs: runTimeoutMs + 2 * providerTimeoutMs };
  }

  async #sweep(): Promise<void> {
    try {
      await sweepRuns(this.#ctx);
    } catch (error) {
      this.#ctx.log.warn({ err: error }, 'the sweep for abandoned runs failed');
    }
  }
}

function every(intervalMs: number, act: () => void): () => void {
  const timer = setInterval(act, intervalMs);
  return () => clearInterval(timer);
}

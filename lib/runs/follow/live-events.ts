/** Reads the events of all runs, once for the whole process, and tells everybody in it who follows some of them. */
import type { Environment } from '../../kernel/context.ts';
import { type EventRow, selectEventsAfter, selectWriters } from './event-store.ts';
import { Horizon } from './horizon.ts';
import { settledPosition } from './settled-position.ts';

/** The truth behind the hints: how often is looked when nobody calls. */
const POLL_MS = 1000;
/** Small enough that what goes out at once does not pile up in front of readers who keep pace. */
const PAGE = 200;
const FIRST_RETRY_MS = 5;
const SLOWEST_RETRY_MS = 250;
const PATIENCE_MS = 500;

/** What can be followed together: a run, a batch, or everything. */
export interface Topic {
  /** The same for everybody who follows the same. */
  readonly key: string;
  /** Null for all runs. */
  readonly runIds: readonly string[] | null;
  /** Told as soon as it is committed, or once no event can come before it any more. */
  readonly when: 'visible' | 'settled';
}

export interface Follower {
  /** In order; from some moment after following began. */
  onEvent(row: EventRow): void;
  /** Events may have been missed: what is stored must be read. */
  onGap(): void;
}

interface Followed extends Topic {
  readonly followers: Set<Follower>;
}

/** Works while there are followers, and not before or after. */
export class LiveEvents {
  readonly #env: Environment;
  readonly #topics = new Map<string, Followed>();
  readonly #byRun = new Map<string, Set<Followed>>();
  readonly #ofAll = new Set<Followed>();
  #life: Life | null = null;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Events up to this position were told as settled; later ones will be. */
  get position(): number {
    return this.#life?.position ?? 0;
  }

  /** Returns the function that ends it. */
  follow(topic: Topic, follower: Follower): () => void {
    const followed = this.#topics.get(topic.key) ?? this.#add(topic);
    followed.followers.add(follower);
    this.#life ??= new Life(this.#env, {
      visible: (rows) => this.#tell(rows, 'visible'),
      settled: (rows) => this.#tell(rows, 'settled'),
      started: () => {
        for (const each of this.#topics.values()) for (const one of each.followers) one.onGap();
      },
    });
    return () => {
      if (followed.followers.delete(follower) && followed.followers.size === 0) this.#remove(followed);
    };
  }

  #add(topic: Topic): Followed {
    const followed = { ...topic, followers: new Set<Follower>() };
    this.#topics.set(topic.key, followed);
    if (topic.runIds === null) this.#ofAll.add(followed);
    for (const id of topic.runIds ?? []) {
      const here = this.#byRun.get(id) ?? new Set();
      this.#byRun.set(id, here.add(followed));
    }
    return followed;
  }

  #remove(followed: Followed): void {
    this.#topics.delete(followed.key);
    this.#ofAll.delete(followed);
    for (const id of followed.runIds ?? []) {
      const here = this.#byRun.get(id);
      if (here?.delete(followed) === true && here.size === 0) this.#byRun.delete(id);
    }
    if (this.#topics.size > 0) return;
    this.#life?.end();
    this.#life = null;
  }

  #tell(rows: readonly EventRow[], when: Topic['when']): void {
    for (const row of rows) {
      for (const followed of [...(this.#byRun.get(row.run_id) ?? []), ...this.#ofAll]) {
        if (followed.when === when) for (const one of followed.followers) one.onEvent(row);
      }
    }
  }
}

interface Telling {
  visible(rows: readonly EventRow[]): void;
  settled(rows: readonly EventRow[]): void;
  /** From now on nothing is left out. */
  started(): void;
}

/** The reader, from the first follower to the last. */
class Life {
  readonly #env: Environment;
  readonly #telling: Telling;
  readonly #stops: (() => void)[];
  #horizon: Horizon | null = null;
  position = 0;
  /** Positions after `position` that were told as visible. */
  readonly #seen = new Set<number>();
  #pendingSince: number | null = null;
  #isWanted = false;
  #isReading = false;
  #hasEnded = false;
  #hasFailed = false;
  #retry: NodeJS.Timeout | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(env: Environment, telling: Telling) {
    this.#env = env;
    this.#telling = telling;
    const wake = (): void => this.#wake();
    const timer = setInterval(wake, POLL_MS);
    this.#stops = [
      env.db.listen('runs_changed', wake),
      env.db.listen('runs_queued', wake),
      () => clearInterval(timer),
    ];
    wake();
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const stop of this.#stops) stop();
  }

  #wake(): void {
    this.#isWanted = true;
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#readAll().finally(() => {
      this.#isReading = false;
    });
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#isWanted && !this.#hasEnded) {
        this.#isWanted = false;
        await this.#readOnce();
      }
      this.#hasFailed = false;
    } catch (error) {
      // The next look goes on from the same position.
      if (!this.#hasFailed) this.#env.log.warn({ err: error }, 'events could not be read; looking again');
      this.#hasFailed = true;
    }
  }

  async #readOnce(): Promise<void> {
    this.#horizon ??= await this.#begin();
    const horizon = this.#horizon;
    // Anybody's long transaction on the server looks like a writer at first.
    if (this.#pendingSince !== null && performance.now() - this.#pendingSince > PATIENCE_MS)
      horizon.onlyThese(await selectWriters(this.#env));
    if (this.#hasEnded) return;
    const { rows, snapshot } = await selectEventsAfter(this.#env, this.position, PAGE);
    if (this.#hasEnded) return;
    horizon.observe(rows.at(-1)?.position ?? 0, snapshot);
    this.#tellVisible(rows);
    const settled = rows.filter((row) => row.position <= horizon.settled);
    this.position = settled.at(-1)?.position ?? this.position;
    this.#telling.settled(settled);
    for (const position of this.#seen) if (position <= this.position) this.#seen.delete(position);
    if (rows.length === PAGE && settled.length > 0) this.#isWanted = true;
    else this.#lookAgain(horizon);
  }

  async #begin(): Promise<Horizon> {
    this.position = await settledPosition(this.#env);
    if (!this.#hasEnded) this.#telling.started();
    return new Horizon(this.position);
  }

  #tellVisible(rows: readonly EventRow[]): void {
    const fresh = rows.filter((row) => !this.#seen.has(row.position));
    for (const row of fresh) this.#seen.add(row.position);
    this.#telling.visible(fresh);
  }

  /** No hint comes when a writer ends that had nothing to say. */
  #lookAgain(horizon: Horizon): void {
    if (!horizon.isPending) {
      this.#pendingSince = null;
      this.#retryMs = FIRST_RETRY_MS;
      return;
    }
    this.#pendingSince ??= performance.now();
    if (this.#retry !== null || this.#hasEnded) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#wake();
    }, this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, SLOWEST_RETRY_MS);
  }
}

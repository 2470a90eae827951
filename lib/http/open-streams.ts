/** All event streams that are open in this process: how many one may have, their heartbeat, and when they must end. */
import type { ServerResponse } from 'node:http';
import { selectUsableKeyIds } from '../auth/store.ts';
import type { Environment, Principal } from '../kernel/context.ts';
import { AppError } from '../kernel/errors.ts';
import type { Following } from '../runs/follow/following.ts';
import type { LiveEvents } from '../runs/follow/live-events.ts';
import { EventStream } from './event-stream.ts';

const BEAT_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 1000;
/** A key that was revoked ends its streams within this and the time of one look. */
const CHECK_KEYS_EVERY_MS = 2000;
const RETRY_AFTER_SECONDS = 30;

export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  vary: 'Accept',
};

export class OpenStreams {
  readonly #env: Environment;
  readonly #live: LiveEvents;
  readonly #byPrincipal = new Map<string, Set<EventStream>>();
  /** Unix milliseconds. */
  readonly #until = new WeakMap<EventStream, number>();
  #looking: NodeJS.Timeout | null = null;
  #checkedAt = 0;
  #isChecking = false;
  #hasEnded = false;

  constructor(env: Environment, live: LiveEvents) {
    this.#env = env;
    this.#live = live;
  }

  get count(): number {
    return [...this.#byPrincipal.values()].reduce((sum, mine) => sum + mine.size, 0);
  }

  /** Throws `rate_limit:api` when this principal has too many open. */
  admit(principal: Principal): void {
    const most = this.#env.settings.streamsPerPrincipal;
    if ((this.#byPrincipal.get(keyOf(principal))?.size ?? 0) < most) return;
    throw new AppError('rate_limit:api', `This key has ${most} event streams open; close some first`, {
      retryAfter: RETRY_AFTER_SECONDS,
    });
  }

  /** Answers with the stream. The rest of the headers is set already. */
  open(raw: ServerResponse, principal: Principal, following: Following): void {
    raw.writeHead(200, { ...STREAM_HEADERS });
    const stream = new EventStream(raw, following, this.#live, this.#env.log);
    if (principal.until !== undefined) this.#until.set(stream, principal.until);
    const mine = this.#byPrincipal.get(keyOf(principal)) ?? new Set();
    this.#byPrincipal.set(keyOf(principal), mine.add(stream));
    raw.once('close', () => {
      mine.delete(stream);
      if (mine.size === 0) this.#byPrincipal.delete(keyOf(principal));
      if (this.#byPrincipal.size === 0) this.#rest();
    });
    if (this.#hasEnded) stream.end();
    this.#looking ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  /** For good: what is opened from now on ends at once. */
  endAll(): void {
    this.#hasEnded = true;
    for (const mine of this.#byPrincipal.values()) for (const stream of mine) stream.end();
  }

  #rest(): void {
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = null;
  }

  #look(): void {
    const now = performance.now();
    const time = this.#env.clock.now().getTime();
    for (const mine of this.#byPrincipal.values()) {
      for (const stream of mine) {
        if (time >= (this.#until.get(stream) ?? Infinity)) stream.end();
        else if (now - stream.lastWrittenAt >= BEAT_EVERY_MS) stream.beat();
      }
    }
    if (now - this.#checkedAt < CHECK_KEYS_EVERY_MS || this.#isChecking) return;
    this.#checkedAt = now;
    this.#isChecking = true;
    this.#endRevoked()
      .catch((error: unknown) => this.#env.log.debug({ err: error }, 'keys could not be checked'))
      .finally(() => {
        this.#isChecking = false;
      });
  }

  /** One statement for all keys. While the database does not answer, streams stay open: nothing goes out then. */
  async #endRevoked(): Promise<void> {
    const ids = [...this.#byPrincipal.keys()].flatMap((key) => /^api_key (.*)$/.exec(key)?.[1] ?? []);
    if (ids.length === 0) return;
    const usable = await selectUsableKeyIds(this.#env, ids);
    for (const id of ids) {
      if (usable.has(id)) continue;
      for (const stream of this.#byPrincipal.get(`api_key ${id}`) ?? []) stream.end();
    }
  }
}

function keyOf({ type, id }: Principal): string {
  return `${type} ${id}`;
}

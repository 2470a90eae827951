/** One open event stream (text/event-stream): first what is stored, then what happens; cut off when its reader is too slow. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Log } from '../kernel/log.ts';
import type { Following, NumberedEvent } from '../runs/follow/following.ts';
import type { LiveEvents } from '../runs/follow/live-events.ts';
import type { EventRow } from '../runs/follow/event-store.ts';
import { shapeRunEvent } from '../runs/shape.ts';

/** How long a client waits before it comes back. */
const COME_BACK_MS = 2000;
/** With more than this waiting for a reader, the next event waits in the database. */
const MOST_WAITING_BYTES = 256 * 1024;
/** Whoever takes nothing for this long is cut off, and may resume. */
const DRAIN_WITHIN_MS = 5000;
const PAGE = 200;

export class EventStream {
  readonly #raw: ServerResponse;
  readonly #following: Following;
  readonly #live: LiveEvents;
  readonly #log: Log;
  readonly #unfollow: () => void;
  /** What is told goes out at once; else it only says that there is more to read. */
  #isLive = false;
  #hasMore = false;
  #isReading = false;
  readonly #gone = new AbortController();
  lastWrittenAt = performance.now();

  /** The head of the answer is written already. */
  constructor(raw: ServerResponse, following: Following, live: LiveEvents, log: Log) {
    this.#raw = raw;
    this.#following = following;
    this.#live = live;
    this.#log = log;
    const id = following.startId === null ? '' : `id: ${following.startId}\n`;
    this.#write(`retry: ${COME_BACK_MS}\n${id}\n`);
    this.#unfollow = live.follow(following.topic, {
      onEvent: (row) => this.#onEvent(row),
      onGap: () => this.#catchUp(),
    });
    raw.once('close', () => this.#over());
    this.#catchUp();
  }

  /** Shows that the stream is alive, to the client and to whatever is in between. */
  beat(): void {
    this.#write(':\n\n');
  }

  /** The client may come back and resume. */
  end(): void {
    if (this.#gone.signal.aborted) return;
    this.#over();
    this.#raw.end();
  }

  #over(): void {
    this.#gone.abort();
    this.#unfollow();
  }

  #onEvent(row: EventRow): void {
    if (!this.#isLive) {
      this.#hasMore = true;
      return;
    }
    // Nothing piles up here for a reader who is behind: it gets the rest from what is stored, at its own speed.
    const taken = this.#raw.writableLength > MOST_WAITING_BYTES ? 'gap' : this.#following.take(row);
    if (taken === 'gap') this.#catchUp();
    else if (taken !== 'passed') this.#send(taken);
    if (this.#following.isOver) this.end();
  }

  #catchUp(): void {
    this.#isLive = false;
    this.#hasMore = true;
    if (this.#isReading || this.#gone.signal.aborted) return;
    this.#isReading = true;
    this.#readStored().catch((error: unknown) => {
      this.#log.debug({ err: error }, 'an event stream ends: its reader is too slow, or nothing can be read');
      this.#over();
      this.#raw.destroy();
    });
  }

  async #readStored(): Promise<void> {
    while (this.#hasMore && !this.#gone.signal.aborted) {
      this.#hasMore = false;
      await this.#drained();
      const { items, isLast } = await this.#following.read(PAGE, this.#live.position);
      for (const item of items) {
        await this.#drained();
        this.#send(item);
      }
      if (this.#following.isOver) this.end();
      this.#hasMore ||= !isLast;
    }
    this.#isReading = false;
    this.#isLive = true;
  }

  /** Throws when the client takes nothing for too long. */
  async #drained(): Promise<void> {
    if (!this.#raw.writableNeedDrain || this.#gone.signal.aborted) return;
    const tooLong = AbortSignal.timeout(DRAIN_WITHIN_MS);
    await once(this.#raw, 'drain', { signal: AbortSignal.any([tooLong, this.#gone.signal]) });
  }

  #send({ id, row }: NumberedEvent): void {
    this.#write(frameOf(id, row));
  }

  #write(text: string): void {
    if (this.#gone.signal.aborted) return;
    this.lastWrittenAt = performance.now();
    this.#raw.write(text);
  }
}

/** Those who follow the same are told one after the other: each event is written as text once for all of them. */
let latest: { readonly row: EventRow; readonly id: string; readonly text: string } | null = null;

function frameOf(id: string, row: EventRow): string {
  if (latest?.row === row && latest.id === id) return latest.text;
  const text = `id: ${id}\nevent: ${row.type}\ndata: ${JSON.stringify(shapeRunEvent(id, row))}\n\n`;
  latest = { row, id, text };
  return text;
}

/** Hints that something changed: who listens, and the pause that turns a burst of them into one. */
import type { Channel } from '../kernel/context.ts';

const DEBOUNCE_MS = 5;

export class Listeners {
  readonly #byChannel = new Map<Channel, Set<() => void>>();

  add(channel: Channel, listener: () => void): () => void {
    const listeners = this.#byChannel.get(channel) ?? new Set();
    this.#byChannel.set(channel, listeners);
    // A wrapper of its own, so that one function listening twice is two listeners.
    const entry = () => listener();
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  fire(channel: string): void {
    // Unknown names find nothing: another program may use the same database.
    for (const listener of this.#byChannel.get(channel as Channel) ?? []) listener();
  }

  fireAll(): void {
    for (const channel of this.#byChannel.keys()) this.fire(channel);
  }
}

export interface HintSender {
  send(channel: Channel): void;
  /** Sends no more; what was waiting is dropped. */
  stop(): void;
}

/** One call of `deliver` for all channels named within a few milliseconds. */
export function debouncedHints(deliver: (channels: readonly Channel[]) => void): HintSender {
  const waiting = new Set<Channel>();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  function flush(): void {
    timer = null;
    const channels = [...waiting];
    waiting.clear();
    deliver(channels);
  }

  return {
    send(channel) {
      if (stopped) return;
      waiting.add(channel);
      timer ??= setTimeout(flush, DEBOUNCE_MS);
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

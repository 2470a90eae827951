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

/** Delivers at the end of the turn, but never twice within a few milliseconds: what is named meanwhile goes together. */
export function debouncedHints(deliver: (channels: readonly Channel[]) => void): HintSender {
  const waiting = new Set<Channel>();
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let notBefore = 0;

  function flush(): void {
    timer = null;
    notBefore = performance.now() + DEBOUNCE_MS;
    const channels = [...waiting];
    waiting.clear();
    deliver(channels);
  }

  return {
    send(channel) {
      if (stopped) return;
      waiting.add(channel);
      timer ??= setTimeout(flush, Math.max(0, notBefore - performance.now()));
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

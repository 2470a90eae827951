/** LISTEN on a connection of its own, made anew whenever it is lost; listeners are then told once, to catch up. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import type { Channel } from '../kernel/context.ts';
import type { Log } from '../kernel/log.ts';
import type { Listeners } from './hints.ts';

const FIRST_RECONNECT_MS = 100;
const SLOWEST_RECONNECT_MS = 5000;
/** A connection that is half open is found by asking it now and then. */
const PROBE_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5000;

export interface Listening {
  want(channel: Channel): void;
  stop(): Promise<void>;
}

export function startListening(
  url: string,
  applicationName: string,
  listeners: Listeners,
  log: Log,
): Listening {
  const wanted = new Set<Channel>();
  const stopping = new AbortController();
  let current: Client | null = null;
  let loop: Promise<void> | null = null;

  /** Connects, listens to every wanted channel, and resolves when the connection is lost. */
  async function listenOnce(isAgain: boolean, onConnected: () => void): Promise<void> {
    const client = new Client({
      connectionString: url,
      application_name: `${applicationName} listen`,
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    const lost = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', (error) => log.debug({ err: error }, 'the listening database connection failed'));
    client.on('notification', ({ channel }) => listeners.fire(channel));
    const onStop = (): void => void client.end().catch(() => {});
    try {
      await client.connect();
      for (const channel of wanted) await listenTo(client, channel);
      current = client;
      onConnected();
      stopping.signal.addEventListener('abort', onStop, { once: true });
      if (stopping.signal.aborted) onStop();
      if (isAgain) listeners.fireAll();
      await probeUntil(client, lost);
    } finally {
      current = null;
      stopping.signal.removeEventListener('abort', onStop);
      void client.end().catch(() => {});
    }
  }

  async function listenUntilStopped(): Promise<void> {
    let waitMs = FIRST_RECONNECT_MS;
    for (let isAgain = false; !stopping.signal.aborted; isAgain = true) {
      try {
        await listenOnce(isAgain, () => {
          waitMs = FIRST_RECONNECT_MS;
        });
      } catch (error) {
        log.debug({ err: error }, 'the database could not be listened to');
      }
      await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      waitMs = Math.min(waitMs * 2, SLOWEST_RECONNECT_MS);
    }
  }

  return {
    want(channel) {
      if (wanted.has(channel)) return;
      wanted.add(channel);
      loop ??= listenUntilStopped();
      if (current !== null) void listenTo(current, channel).catch(() => current?.end());
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

async function listenTo(client: Client, channel: Channel): Promise<void> {
  await client.query(`listen ${escapeIdentifier(channel)}`);
}

/** Asks the connection now and then; resolves once it is lost, rejects when it does not answer. */
async function probeUntil(client: Client, lost: Promise<void>): Promise<void> {
  const over = new AbortController();
  const probing = (async () => {
    for (;;) {
      await pause(PROBE_EVERY_MS, undefined, { signal: over.signal });
      await client.query('select 1');
    }
  })();
  try {
    await Promise.race([lost, probing]);
  } finally {
    over.abort();
    await probing.catch(() => {});
  }
}

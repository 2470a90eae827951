/** Finds connections that are half open: somebody waits for an answer on which the server is not at work. */
import { Client } from 'pg';

/** No answer for this long is worth a question on another connection. */
const SILENT_AFTER_MS = 2000;
const ANSWER_WITHIN_MS = 2000;

/** A connection with a statement under way. */
export interface Waiting {
  /** Of the server's process behind it. */
  readonly pid: number;
  /** Ends it; whoever waits is told. */
  cut(): void;
}

export interface SilenceWatch {
  /** Returns the function to call when the answer is there. */
  watch(waiting: Waiting): () => void;
}

/** `onFound`: others that were opened before may be half open too. */
export function watchSilence(url: string, applicationName: string, onFound: () => void): SilenceWatch {
  const timers = new Map<Waiting, NodeJS.Timeout>();
  const suspects = new Set<Waiting>();
  let asking: Promise<void> | null = null;

  function arm(waiting: Waiting): void {
    const onSilence = (): void => {
      suspects.add(waiting);
      asking ??= ask().finally(() => {
        asking = null;
      });
    };
    timers.set(waiting, setTimeout(onSilence, SILENT_AFTER_MS));
  }

  /** One question for all that are silent meanwhile. */
  async function ask(): Promise<void> {
    while (suspects.size > 0) {
      const asked = [...suspects];
      suspects.clear();
      const working = await pidsAtWork(
        url,
        applicationName,
        asked.map(({ pid }) => pid),
      );
      // Some were answered while we asked.
      const silent = asked.filter((waiting) => timers.has(waiting));
      const dead = silent.filter(({ pid }) => working !== 'unknown' && !working.has(pid));
      for (const waiting of silent) if (!dead.includes(waiting)) arm(waiting);
      if (dead.length > 0) onFound();
      for (const waiting of dead) waiting.cut();
    }
  }

  return {
    watch(waiting) {
      arm(waiting);
      return () => {
        clearTimeout(timers.get(waiting));
        timers.delete(waiting);
        suspects.delete(waiting);
      };
    },
  };
}

/** None when the server cannot be reached; `unknown` when it is there but takes no questions. */
async function pidsAtWork(
  url: string,
  applicationName: string,
  pids: readonly number[],
): Promise<ReadonlySet<number> | 'unknown'> {
  const client = new Client({
    connectionString: url,
    application_name: `${applicationName} watch`,
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where pid = any($1) and state in ('active', 'fastpath function call')`,
      [pids],
    );
    return new Set(rows.map(({ pid }) => pid));
  } catch (error) {
    return isAnswer(error) ? 'unknown' : new Set();
  } finally {
    void client.end().catch(() => {});
  }
}

/** A refusal by the server itself has an SQLSTATE. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^[0-9A-Z]{5}$/.test(String(error.code));
}

/** What was really asked of an emulator and really done by it: the witness in tests of lost answers. */
import { createHash } from 'node:crypto';
import type { Emulator } from './emulator.ts';

export interface LedgerEntry {
  /** ISO time of arrival. */
  readonly time: string;
  readonly provider: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Hex; of no bytes when there was no body. */
  readonly bodySha256: string;
  /** True when the emulator carried out a change, whatever was answered. */
  readonly applied: boolean;
  /** The answered status; null when the connection was lost before. */
  readonly status: number | null;
}

export interface Ledger {
  record(entry: LedgerEntry): void;
  /** In the order in which the requests ended. */
  entries(): readonly LedgerEntry[];
}

export function recordingLedger(): Ledger {
  const recorded: LedgerEntry[] = [];
  return {
    record: (entry) => void recorded.push(entry),
    entries: () => [...recorded],
  };
}

export interface WitnessOptions {
  readonly ledger: Ledger;
  readonly provider: string;
  readonly now?: () => Date;
  /** Faults go between the witness and the emulator, so that both what was done and what was told are seen. */
  readonly decorate?: (emulator: Emulator) => Emulator;
}

export function witnessed(emulator: Emulator, options: WitnessOptions): Emulator {
  const { ledger, provider, now = () => new Date(), decorate = (same) => same } = options;
  return async function witness(request) {
    const { pathname, search } = new URL(request.url);
    const time = now().toISOString();
    const body = new Uint8Array(await request.clone().arrayBuffer());
    let applied = false;
    let status: number | null = null;
    const watched = decorate(async (inner) => {
      const answer = await emulator(inner);
      applied = inner.method !== 'GET' && answer.ok;
      return answer;
    });
    try {
      const answer = await watched(request);
      status = answer.status;
      return answer;
    } finally {
      const bodySha256 = createHash('sha256').update(body).digest('hex');
      const path = pathname + search;
      ledger.record({ time, provider, method: request.method, path, bodySha256, applied, status });
    }
  };
}

/** What was really asked of an emulator and really done by it: the witness in tests of lost answers. */
import { createHash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import type { Emulator } from './emulator.ts';

export interface LedgerEntry {
  /** ISO time of arrival. */
  readonly time: string;
  readonly provider: string;
  /** The first digits of a digest of the key that was sent; null when there was none. */
  readonly account: string | null;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Hex; of no bytes when there was no body. */
  readonly bodySha256: string;
  /** True when the emulator carried out a change, whatever was answered. */
  readonly applied: boolean;
  /** Our mark in what was sent, where one is visible. */
  readonly marker: string | null;
  /** The id or name of what a change made or changed, when it was carried out. */
  readonly objectId: string | null;
  /** True when the change was carried out after its answer; such a request has an entry for each. */
  readonly isLate: boolean;
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

/** One JSON line an entry, handed to the kernel before `record` returns: killing the process loses none. */
export function fileLedger(path: string): Ledger {
  const file = openSync(path, 'a');
  const memory = recordingLedger();
  return {
    record(entry) {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      memory.record(entry);
    },
    entries: () => memory.entries(),
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
    const asked = { time: now().toISOString(), provider, ...(await describe(request)) };
    let done = NOTHING_DONE;
    let hasEnded = false;
    const watched = decorate(async (inner) => {
      const answer = await emulator(inner);
      const effect = await effectOf(inner, answer);
      if (hasEnded)
        ledger.record({ ...asked, ...effect, time: now().toISOString(), isLate: true, status: null });
      else done = effect;
      return answer;
    });
    let status: number | null = null;
    try {
      const answer = await watched(request);
      status = answer.status;
      return answer;
    } finally {
      hasEnded = true;
      ledger.record({ ...asked, ...done, isLate: false, status });
    }
  };
}

const NOTHING_DONE: Pick<LedgerEntry, 'applied' | 'objectId'> = { applied: false, objectId: null };

async function describe(
  request: Request,
): Promise<Pick<LedgerEntry, 'account' | 'method' | 'path' | 'bodySha256' | 'marker'>> {
  const { pathname, search } = new URL(request.url);
  const body = new Uint8Array(await request.clone().arrayBuffer());
  const key = request.headers.get('authorization') ?? request.headers.get('x-api-key');
  return {
    account: key === null ? null : sha256(key.replace(/^Bearer /i, '')).slice(0, 12),
    method: request.method,
    path: pathname + search,
    bodySha256: sha256(body),
    marker: markerIn(Buffer.from(body).toString('latin1')),
  };
}

async function effectOf(
  request: Request,
  answer: Response,
): Promise<Pick<LedgerEntry, 'applied' | 'objectId'>> {
  if (request.method === 'GET' || !answer.ok) return NOTHING_DONE;
  const { id, name }: { id?: unknown; name?: unknown } = await answer
    .clone()
    .json()
    .then((body: unknown) => Object(body) as object)
    .catch(() => ({}));
  const objectId = [id, name].find((value) => typeof value === 'string');
  return { applied: true, objectId: objectId ?? null };
}

/** As Claude's shown name and Gemini's labels carry it. */
function markerIn(body: string): string | null {
  const found = /\[sc:([a-z2-7]+)\]|"skillconvoy":\s*"([a-z2-7]+)"/.exec(body);
  return found?.[1] ?? found?.[2] ?? null;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

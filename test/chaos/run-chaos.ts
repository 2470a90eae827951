/** One chaos run from its seed: load and faults for a time, then quiet, then the verdict. */
import { setTimeout as pause } from 'node:timers/promises';
import { examine, type Report } from './checker.ts';
import { type ClientLog, insist, newLog, prepare, work } from './client.ts';
import { breakThings } from './faults.ts';
import { choicesOf } from './random.ts';
import { openTruth, settle } from './settle.ts';
import { openStage } from './stage.ts';

const CLIENTS = 4;

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  /** A module for every process, say one with a bug in it; null for none. */
  readonly preload: string | null;
  /** `providers`: faults of the providers only, many of them. */
  readonly faults: 'all' | 'providers';
  /** How long runs may take to end after the faults. */
  readonly settleMs: number;
  readonly say: (what: string) => void;
}

export interface ChaosResult {
  readonly report: Report;
  readonly log: ClientLog;
  readonly faults: number;
  readonly creates: number;
}

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, seconds, say } = options;
  const stage = await openStage(options.preload);
  const log = newLog();
  try {
    for (const place of stage.places) await stage.start(place);
    await prepare(stage, log);
    let isOver = false;
    const clients = Array.from({ length: CLIENTS }, async (_, index) => {
      await work(stage, log, `c${index}`, choicesOf(seed + 1 + index), () => isOver);
    });
    const breaking = breakThings(stage, choicesOf(seed), options.faults, () => isOver, say);
    await pause(seconds * 1000);
    isOver = true;
    const faults = await breaking;
    say(`${faults} faults; everything is whole again`);
    await Promise.all(clients);
    const truth = await openTruth(stage);
    try {
      const unfinished = await settle(stage, log, truth, options.settleMs);
      const audit = await insist(stage, log, { method: 'GET', path: '/api/audit-logs/verify' });
      const ledger = stage.providers.ledger.entries();
      const report = await examine({ log, truth, ledger, unfinished, auditVerification: audit.body });
      const creates = ledger.filter(({ method, path }) => method === 'POST' && /\/skills(?:\?|$)/.test(path));
      return { report, log, faults, creates: creates.length };
    } finally {
      await truth.close();
    }
  } finally {
    await stage.close();
  }
}

/** Runs one area: what is heavy once each, then cases at random; a case that fails is made small and printed with how to repeat it. */
import fc from 'fast-check';
import type { CaseProcess, Verdict } from './case-process.ts';

export interface Area<Case = unknown> {
  readonly name: string;
  /** Tried once each before the cases at random. */
  readonly known: readonly { readonly what: string; readonly input: () => unknown }[];
  readonly cases: fc.Arbitrary<Case>;
  /** What the process for cases is given. */
  readonly inputOf: (some: Case) => unknown;
  /** An outcome that every run has: cases that are refused at the door try out nothing behind it. */
  readonly goodOutcome: string;
  /** How many different outcomes a run has at least, for the same reason. */
  readonly leastOutcomes: number;
}

export interface AreaReport {
  readonly name: string;
  readonly cases: number;
  readonly milliseconds: number;
  /** How often each outcome came out, most frequent first. */
  readonly outcomes: ReadonlyArray<readonly [outcome: string, count: number]>;
  readonly highestPeakBytes: number;
  readonly failures: readonly string[];
}

export interface AreaRun {
  readonly seed: number;
  readonly cases: number;
  /** Where fast-check found a failure before; only that case is run. */
  readonly path?: string | undefined;
}

export async function runArea(area: Area, run: AreaRun, process: CaseProcess): Promise<AreaReport> {
  const startedAt = performance.now();
  const outcomes = new Map<string, number>();
  const failures: string[] = [];
  let highestPeakBytes = 0;
  let count = 0;

  const judge = async (input: unknown): Promise<Verdict> => {
    const verdict = await process.run(area.name, input);
    count += 1;
    if (!verdict.held) return verdict;
    outcomes.set(verdict.outcome, (outcomes.get(verdict.outcome) ?? 0) + 1);
    highestPeakBytes = Math.max(highestPeakBytes, verdict.peakBytes);
    return verdict;
  };

  for (const { what, input } of run.path === undefined ? area.known : []) {
    const verdict = await judge(input());
    if (!verdict.held) failures.push(`${area.name}: ${what}: ${verdict.reason}`);
  }
  const property = fc.asyncProperty(area.cases, async (some) => {
    const verdict = await judge(area.inputOf(some));
    if (!verdict.held) throw new Error(verdict.reason);
  });
  const { seed, cases: numRuns, path } = run;
  const details = await fc.check(property, { seed, numRuns, ...(path !== undefined && { path }) });
  if (details.failed) failures.push(describe(area, run, details));
  return {
    name: area.name,
    cases: count,
    milliseconds: performance.now() - startedAt,
    outcomes: [...outcomes].toSorted(([, one], [, other]) => other - one),
    highestPeakBytes,
    failures,
  };
}

function describe(area: Area, run: AreaRun, details: fc.RunDetails<[unknown]>): string {
  const reason = details.errorInstance instanceof Error ? details.errorInstance.message : 'unknown';
  return [
    `${area.name}: ${reason}`,
    `smallest case: ${fc.stringify(details.counterexample?.[0]).slice(0, 4000)}`,
    `to repeat it: npm run fuzz -- --only ${area.name} --seed ${details.seed} --cases ${run.cases} --path ${details.counterexamplePath}`,
  ].join('\n');
}

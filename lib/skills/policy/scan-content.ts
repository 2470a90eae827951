/** Has content scanned by the scanner of the process: bounded in time, away from the event loop, and never throwing. */
import type { Context } from '../../kernel/context.ts';
import type { SkillToScan } from '../scan/scan-skill.ts';
import type { ScanOutcome, SkillScanner } from '../scan/skill-scanner.ts';

/** What was found, and by which rules. */
export interface ScanResult {
  readonly digest: string;
  readonly ruleSet: string;
  readonly outcome: ScanOutcome;
}

const DEADLINE_MS = 10_000;

export async function scanContent(ctx: Context, digest: string, input: SkillToScan): Promise<ScanResult> {
  // The environment is made of handles; only here is known what this one is.
  const scanner = ctx.scanner as SkillScanner;
  const { ruleSet } = scanner;
  try {
    const outcome = await scanner.scan(input, DEADLINE_MS);
    if (outcome.status !== 'done')
      ctx.log.warn({ digest, status: outcome.status }, 'a scan did not end well');
    return { digest, ruleSet, outcome };
  } catch (error) {
    // Content must not be able to stop its own registration; what is unknown is said as unknown.
    ctx.log.error({ err: error, digest }, 'the scanner failed');
    return { digest, ruleSet, outcome: { status: 'failed' } };
  }
}

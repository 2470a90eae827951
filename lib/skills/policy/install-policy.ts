/** What a scan, an approval and a yank mean for installs: the reasons for which content may not be installed. (pure) */
import type { Finding } from '../scan/report.ts';

/** `pending`: not scanned yet. Whatever is not `done` says nothing of the content. */
export type ScanStatus = 'pending' | 'done' | 'timed_out' | 'failed';

/** Of findings in words; all of them are in the list of findings. */
const MOST_LINES = 20;

/** What is known of a version when somebody wants to install it. */
export interface Verdict {
  readonly scan: ScanStatus;
  /** At least all that are critical or high. */
  readonly findings: readonly Finding[];
  readonly approval: Approval | null;
  readonly yank: { readonly reason: string } | null;
}

/** Of content: it covers the findings there were, and the lack of a scan if there was none. */
export interface Approval {
  readonly fingerprints: readonly string[];
  readonly coversIncomplete: boolean;
}

export type Blocker =
  | { readonly type: 'archived' }
  | { readonly type: 'yanked'; readonly reason: string }
  | { readonly type: 'unscanned'; readonly status: Exclude<ScanStatus, 'done'> }
  | { readonly type: 'critical'; readonly findings: readonly Finding[] };

/** Why this may not be installed; empty when it may. */
export function blockersOf(verdict: Verdict): Blocker[] {
  const { scan, yank } = verdict;
  const open = uncoveredFindings(verdict);
  return [
    ...(yank ? [{ type: 'yanked', reason: yank.reason } as const] : []),
    // Deny by default: what could not be read is not known to be harmless.
    ...(scan !== 'done' && verdict.approval?.coversIncomplete !== true
      ? [{ type: 'unscanned', status: scan } as const]
      : []),
    ...(open.length > 0 ? [{ type: 'critical', findings: open } as const] : []),
  ];
}

/** Whether an approval would change anything: a yank is not for approvals to lift. */
export function needsApproval(verdict: Verdict): boolean {
  return blockersOf(verdict).some((blocker) => blocker.type !== 'yanked');
}

/** What an approval of all there is now covers, with what an earlier one covered. */
export function approvalOf(verdict: Verdict): Approval {
  const { approval, scan } = verdict;
  const covered = [...(approval?.fingerprints ?? []), ...criticalOf(verdict).map((each) => each.fingerprint)];
  return {
    fingerprints: [...new Set(covered)],
    coversIncomplete: scan !== 'done' || approval?.coversIncomplete === true,
  };
}

/** Shown to whoever installs, though it does not stop them. */
export function warningsOf(verdict: Verdict): string[] {
  return atMost(verdict.findings.filter((finding) => finding.severity === 'high').map(describeFinding));
}

function atMost(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `${more} more like these; see its findings`] : [...lines];
}

export function criticalOf(verdict: Pick<Verdict, 'findings'>): Finding[] {
  return verdict.findings.filter((finding) => finding.severity === 'critical');
}

function uncoveredFindings(verdict: Verdict): Finding[] {
  const covered = new Set(verdict.approval?.fingerprints);
  return criticalOf(verdict).filter((finding) => !covered.has(finding.fingerprint));
}

/** What is wrong and what to do about it, in one line a reason. */
export function describeBlocker(blocker: Blocker): string[] {
  switch (blocker.type) {
    case 'archived':
      return ['the skill is archived; set its status to active first'];
    case 'yanked':
      return [`this version was yanked (${blocker.reason}); install another one`];
    case 'unscanned':
      return [`${UNSCANNED[blocker.status]}; an admin can approve it as it is`];
    case 'critical':
      return atMost(
        blocker.findings.map(
          (finding) => `${describeFinding(finding)}; an admin can approve it, or add a version without it`,
        ),
      );
  }
}

const UNSCANNED: Readonly<Record<Exclude<ScanStatus, 'done'>, string>> = {
  pending: 'it was not scanned yet, which happens by itself within minutes',
  timed_out: 'the scan took too long, so what is in it is unknown',
  failed: 'the scan failed, so what is in it is unknown',
};

function describeFinding({ rule, severity, title, file, line }: Finding): string {
  return `${severity} finding ${rule} in ${file}${line === null ? '' : `:${line}`}: ${title}`;
}

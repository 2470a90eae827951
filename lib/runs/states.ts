/** What a run can be and how it gets there: the one table of transitions, and the status of a batch. (pure) */

export const RUN_STATUSES = ['queued', 'running', 'success', 'failed', 'partial_failed', 'canceled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const TERMINAL_STATUSES = [
  'success',
  'failed',
  'partial_failed',
  'canceled',
] as const satisfies readonly RunStatus[];

/** What a running run is doing; for people who watch it. */
export const RUN_PHASES = [
  'leased',
  'preparing',
  'submitting',
  'waiting',
  'verifying',
  'cancelling',
] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/**
 * Event → the statuses it may happen in, the status it leads to, and the audit action it leaves.
 * docs/run-states.md and the CHECKs in migrations repeat it; a test compares the three.
 */
export const TRANSITIONS = {
  'run.claimed': { from: ['queued'], to: 'running', audit: 'run.claim' },
  'run.stalled': { from: ['queued'], to: 'queued', audit: 'run.stall' },
  'run.phase_changed': { from: ['running'], to: 'running', audit: 'run.progress' },
  'run.retry_scheduled': { from: ['running'], to: 'queued', audit: 'run.retry' },
  'run.handed_back': { from: ['running'], to: 'queued', audit: 'run.retry' },
  'run.lease_expired': { from: ['running'], to: 'queued', audit: 'run.rescue' },
  'run.succeeded': { from: ['running'], to: 'success', audit: 'run.succeed' },
  'run.partially_failed': { from: ['running'], to: 'partial_failed', audit: 'run.fail_partly' },
  'run.failed': { from: ['queued', 'running'], to: 'failed', audit: 'run.fail' },
  'run.cancel_requested': { from: ['running'], to: 'running', audit: 'run.request_cancel' },
  'run.canceled': { from: ['queued', 'running'], to: 'canceled', audit: 'run.cancel' },
} as const satisfies Record<string, { from: readonly RunStatus[]; to: RunStatus; audit: string }>;

export type RunEventType = keyof typeof TRANSITIONS;

export function isTerminal(status: RunStatus): boolean {
  return TERMINAL_STATUSES.some((terminal) => terminal === status);
}

/** The status of a batch from those of its runs: queued, running, or at the end what they agree on. */
export function batchStatus(statuses: readonly RunStatus[]): RunStatus {
  const distinct = new Set(statuses);
  const [only] = distinct;
  if (distinct.size === 1 && only !== undefined) return only;
  return [...distinct].every(isTerminal) ? 'partial_failed' : 'running';
}

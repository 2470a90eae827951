/** Rows of runs and batches → what the API shows. (pure) */
import type { ProviderKind } from '../providers/adapter.ts';
import type { PlannedRun } from './plan.ts';
import type { PlanEntry, Run, RunEvent } from './schema.ts';
import type { EventRow } from './follow/event-store.ts';
import type { RunRow } from './store.ts';

export function shapeRun(row: RunRow): Run {
  const isWaiting = row.status === 'queued' && row.attempt > 0;
  return {
    id: row.id,
    batchId: row.batch_id,
    action: row.action,
    skill: { id: row.skill_id, name: row.skill_name },
    version:
      row.skill_version_id === null || row.version_number === null || row.version_digest === null
        ? null
        : {
            id: row.skill_version_id,
            number: row.version_number,
            label: row.version_label,
            digest: row.version_digest,
          },
    // The kind passed the registry when the connection was made.
    provider: { id: row.provider_id, slug: row.provider_slug, kind: row.provider_kind as ProviderKind },
    status: row.status,
    phase: row.status === 'running' ? row.phase : null,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    nextAttemptAt: isWaiting ? row.next_attempt_at.toISOString() : null,
    error: row.error,
    result: row.result,
    source: row.source,
    requestedBy: row.requested_by,
    retryOf: row.retry_of,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    deadlineAt: row.deadline_at.toISOString(),
  };
}

/** `id` says where the event stands in what somebody follows. */
export function shapeRunEvent(id: string, row: EventRow): RunEvent {
  return {
    id,
    runId: row.run_id,
    seq: row.seq,
    type: row.type,
    from: row.from_status,
    to: row.to_status,
    attempt: row.attempt,
    data: row.data,
    at: row.created_at.toISOString(),
  };
}

export function shapePlanEntry(entry: PlannedRun): PlanEntry {
  return {
    skill: entry.skill.name,
    provider: entry.provider.slug,
    from: entry.from,
    to: entry.to,
    effect: entry.effect,
    reasons: entry.reasons,
    warnings: entry.warnings,
  };
}

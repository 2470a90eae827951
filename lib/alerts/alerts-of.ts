/** Audit records and ended batches → what to tell people, as few alerts as tell it. (pure) */
import type { NewAlert } from './alert-types.ts';
import type { FailedBatch, WatchedRecord } from './watch-store.ts';

const SHOWN = 10;

/** Those of records; what batches became is not to be seen in single records. */
export function alertsOf(records: readonly WatchedRecord[]): NewAlert[] {
  return [
    ...runAlerts(records, 'run.stall', 'run.stalled', 'could have begun long ago and wait'),
    ...runAlerts(records, 'run.rescue', 'run.rescued', 'were taken over from a worker that went silent'),
    ...records.flatMap(providerAlert),
    ...driftAlerts(records),
  ];
}

/** Runs whose batches may have ended by these records. */
export function endedRuns(records: readonly WatchedRecord[]): string[] {
  return records.filter(({ action }) => ENDS.has(action)).map(({ targetId }) => targetId);
}

const ENDS: ReadonlySet<string> = new Set(['run.succeed', 'run.fail', 'run.fail_partly', 'run.cancel']);

function runAlerts(
  records: readonly WatchedRecord[],
  action: string,
  type: 'run.stalled' | 'run.rescued',
  what: string,
): NewAlert[] {
  const runs = records.filter((record) => record.action === action);
  const [first] = runs;
  if (!first) return [];
  const count = runs.length;
  const title =
    count === 1
      ? `The run ${first.targetName ?? first.targetId} ${what.replace('were', 'was').replace('wait', 'waits')}`
      : `${count} runs ${what}, the first ${first.targetName ?? first.targetId}`;
  const runIds = runs.slice(0, SHOWN).map(({ targetId }) => targetId);
  return [{ type, subject: 'runs', title, data: { runIds }, count }];
}

/** Only a change that tells something new: what a person switched off did not break. */
function providerAlert(record: WatchedRecord): NewAlert[] {
  const { action, targetId, targetName, code, change } = record;
  if (!action.startsWith('provider.')) return [];
  const { from, to } = change ?? {};
  const slug = targetName ?? targetId;
  const data = { provider: slug, providerId: targetId };
  if (to === 'error' && from !== 'error') {
    const because = code === null ? '' : ` (${code})`;
    const title = `The provider ${slug} cannot be used any more${because}; see GET /api/providers/${slug}`;
    return [{ type: 'provider.error', subject: targetId, title, data: { ...data, code }, count: 1 }];
  }
  if (from === 'error' && to === 'active') {
    return [
      {
        type: 'provider.recovered',
        subject: targetId,
        title: `The provider ${slug} works again`,
        data,
        count: 1,
      },
    ];
  }
  return [];
}

const DRIFTED: ReadonlySet<unknown> = new Set(['modified', 'missing']);

function driftAlerts(records: readonly WatchedRecord[]): NewAlert[] {
  const drifted = records.filter(
    ({ action, change }) => action === 'installation.drift' && DRIFTED.has(change?.['to']),
  );
  const byProvider = Map.groupBy(drifted, ({ change }) => String(change?.['providerId']));
  return [...byProvider].map(([providerId, found]) => {
    const named = found.slice(0, SHOWN).map(({ targetName, targetId }) => targetName ?? targetId);
    const installations = found
      .slice(0, SHOWN)
      .map(({ targetId: id, targetName: skill, change }) => ({ id, skill, drift: change?.['to'] }));
    const count = found.length;
    const more = count > SHOWN ? ` and ${count - SHOWN} more` : '';
    const title = `${named.join(', ')}${more}: not as installed any more; see GET /api/installations?drift=modified, and missing`;
    return { type: 'drift.found', subject: providerId, title, data: { providerId, installations }, count };
  });
}

export function batchAlert(batch: FailedBatch): NewAlert {
  const { batchId, action, total, failed, succeeded, failures } = batch;
  const [first] = failures;
  const why = first ? `: ${first.target}: ${first.message ?? first.code ?? 'failed'}` : '';
  const title = `${failed} of ${total} runs of an ${action} failed${why}`;
  return {
    type: succeeded === 0 ? 'batch.failed' : 'batch.partially_failed',
    subject: batchId,
    title,
    data: { batchId, action, total, failed, succeeded, failures },
    count: failed,
  };
}

/** The note is what verification takes, in a line of the anchor file beside its size. */
export function checkpointAlert({ size, note }: { readonly size: number; readonly note: string }): NewAlert {
  const [, , root = ''] = note.split('\n');
  return {
    type: 'audit.checkpoint',
    subject: String(size),
    title: `The audit log has ${size} records, and their root is ${root}`,
    data: { size, note },
    count: 1,
  };
}

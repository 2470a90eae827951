/** The part of a version's shape that tells of its scan and whether it was yanked. */
import { z } from 'zod';

export const Person = z.object({ type: z.string(), id: z.string(), name: z.string() });

export const ScanStatus = z
  .enum(['pending', 'done', 'timed_out', 'failed'])
  .meta({ description: 'whatever is not `done` says nothing of the content' });

const count = z.number().int();
export const FindingCounts = z.object({ critical: count, high: count, medium: count, low: count });

/** Members of every version. */
export const scanFields = {
  findings: FindingCounts.nullable().meta({
    description: 'how many a scan found; null when it was not completed, see `scan.status`',
  }),
  scan: z.object({ status: ScanStatus }),
  yanked: z
    .object({ reason: z.string(), at: z.string().meta({ format: 'date-time' }), by: Person })
    .nullable()
    .meta({ description: 'a yanked version cannot be installed any more' }),
};

const ScanFields = z.object(scanFields);
type ScanFields = z.infer<typeof ScanFields>;

/** The columns behind them; null where nothing is stored. */
export interface ScanColumns {
  readonly scan_status: ScanFields['scan']['status'] | null;
  readonly critical: number | null;
  readonly high: number | null;
  readonly medium: number | null;
  readonly low: number | null;
  readonly yank_reason: string | null;
  readonly yanked_at: Date | null;
  readonly yanked_by: z.infer<typeof Person> | null;
}

export function shapeScan(row: ScanColumns): ScanFields {
  const { critical, high, medium, low, yank_reason: reason, yanked_at: at, yanked_by: by } = row;
  const isDone =
    row.scan_status === 'done' && critical !== null && high !== null && medium !== null && low !== null;
  return {
    findings: isDone ? { critical, high, medium, low } : null,
    scan: { status: row.scan_status ?? 'pending' },
    yanked: reason !== null && at !== null && by !== null ? { reason, at: at.toISOString(), by } : null,
  };
}

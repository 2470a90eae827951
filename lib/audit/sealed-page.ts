/** Seals with their records as they come from the database, many in one text. */
import type { SealedColumns } from './chain.ts';

export interface SealedRow {
  readonly seq: number;
  readonly auditId: string;
  readonly leaf: Uint8Array;
  readonly hash: Uint8Array;
  /** Null when there is none any more. */
  readonly record: SealedColumns | null;
}

type Column<Name extends keyof SealedColumns> = readonly SealedColumns[Name][];

/** One list for each column, all of one length; null without rows. */
type Page = readonly [
  seq: readonly number[] | null,
  auditId: readonly string[],
  /** Hexadecimal: leaf and hash of each row, 32 bytes each. */
  hashes: string,
  id: readonly (string | null)[],
  time: Column<'time'>,
  /** JSON. */
  actor: readonly string[],
  source: Column<'source'>,
  action: Column<'action'>,
  targetType: Column<'target_type'>,
  targetId: Column<'target_id'>,
  targetName: Column<'target_name'>,
  outcome: Column<'outcome'>,
  code: Column<'code'>,
  change: Column<'change'>,
  run: Column<'run'>,
  requestId: Column<'request_id'>,
  note: Column<'note'>,
];

const HASH_BYTES = 32;

/** As `selectSealedPage` writes it. */
export function readPage(text: string): SealedRow[] {
  const page = JSON.parse(text) as Page;
  const [seqs, auditIds, hex] = page;
  if (seqs === null) return [];
  const hashes = Buffer.from(hex, 'hex');
  const actors = new Map<string, object>();
  return seqs.map((seq, index) => {
    const at = 2 * HASH_BYTES * index;
    return {
      seq,
      auditId: auditIds[index] ?? '',
      leaf: hashes.subarray(at, at + HASH_BYTES),
      hash: hashes.subarray(at + HASH_BYTES, at + 2 * HASH_BYTES),
      record: recordAt(page, index, actors),
    };
  });
}

/** Few actors do most: theirs is read once a page. */
function recordAt(page: Page, index: number, actors: Map<string, object>): SealedColumns | null {
  const [, , , ids, times, actorTexts, sources, actions, targetTypes, targetIds] = page;
  const [, , , , , , , , , , targetNames, outcomes, codes, changes, runs, requestIds, notes] = page;
  const id = ids[index] ?? null;
  if (id === null) return null;
  const actorText = actorTexts[index] ?? 'null';
  let actor = actors.get(actorText);
  if (!actor) actors.set(actorText, (actor = JSON.parse(actorText) as object));
  return {
    id,
    time: times[index] ?? '',
    actor,
    source: sources[index] ?? '',
    action: actions[index] ?? '',
    target_type: targetTypes[index] ?? '',
    target_id: targetIds[index] ?? '',
    target_name: targetNames[index] ?? null,
    outcome: outcomes[index] ?? '',
    code: codes[index] ?? null,
    change: changes[index] ?? null,
    run: runs[index] ?? null,
    request_id: requestIds[index] ?? null,
    note: notes[index] ?? null,
  };
}

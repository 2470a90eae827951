/** What a seal is made over: one canonical text for each audit record, and the hash that follows the one before. */
import { hash } from 'node:crypto';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';

/** Columns of `audit_logs` as the database gives them. */
export interface SealedColumns {
  readonly id: string;
  readonly time: Date;
  readonly actor: object;
  readonly source: string;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly target_name: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly change: object | null;
  readonly run: object | null;
  readonly request_id: string | null;
  readonly note: string | null;
}

/** What the first hash of a chain follows. */
export const CHAIN_START = Buffer.alloc(32);

/**
 * RFC 8785 JSON. It must stay the same for ever: a record with other fields needs another `schema`, and the old one
 * stays here for the old records.
 */
export function canonicalRecord(row: SealedColumns, seq: number): string {
  return canonicalJson({
    schema: 'audit/1',
    seq,
    id: row.id,
    time: row.time.toISOString(),
    actor: row.actor as Json,
    source: row.source,
    action: row.action,
    target: { type: row.target_type, id: row.target_id, name: row.target_name },
    outcome: row.outcome,
    code: row.code,
    change: row.change as Json,
    run: row.run as Json,
    request: { id: row.request_id },
    note: row.note,
  });
}

/** SHA-256 over the hash before and the record's canonical text. */
export function chainHash(previous: Uint8Array, record: string): Buffer {
  return hash('sha256', Buffer.concat([previous, Buffer.from(record)]), 'buffer');
}

/** What a seal is made over: one canonical text for each audit record, and the hash that follows the one before. */
import { hash } from 'node:crypto';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';

/** Columns of `audit_logs`. */
export interface SealedColumns {
  readonly id: string;
  /** Text is ISO 8601 in UTC, with milliseconds. */
  readonly time: Date | string;
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
  const text = canonicalJson;
  // Members in the order of their names, which is what makes it canonical.
  return (
    `{"action":${text(row.action)},"actor":${text(row.actor as Json)},"change":${text(row.change as Json)},` +
    `"code":${text(row.code)},"id":${text(row.id)},"note":${text(row.note)},"outcome":${text(row.outcome)},` +
    `"request":{"id":${text(row.request_id)}},"run":${text(row.run as Json)},"schema":"audit/1","seq":${seq},` +
    `"source":${text(row.source)},"target":{"id":${text(row.target_id)},"name":${text(row.target_name)},` +
    `"type":${text(row.target_type)}},"time":${text(typeof row.time === 'string' ? row.time : row.time.toISOString())}}`
  );
}

export interface RecordHashes {
  /** Of the record as a leaf of the tree (RFC 6962): SHA-256 over a zero byte and its text. */
  readonly leaf: Buffer;
  /** SHA-256 over the hash before and the text. */
  readonly chain: Buffer;
}

const HASH_BYTES = 32;
/** Where a record is written once for both hashes: behind room for the hash before, whose last byte is the leaf's zero. */
let room = Buffer.alloc(64 * 1024);

export function hashesOf(previous: Uint8Array, record: string): RecordHashes {
  // No character takes more than three bytes of UTF-8 for a unit of UTF-16.
  if (room.length < HASH_BYTES + 3 * record.length) room = Buffer.alloc(2 * (HASH_BYTES + 3 * record.length));
  const end = HASH_BYTES + room.write(record, HASH_BYTES);
  room[HASH_BYTES - 1] = 0;
  const leaf = hash('sha256', room.subarray(HASH_BYTES - 1, end), 'buffer');
  room.set(previous, 0);
  return { leaf, chain: hash('sha256', room.subarray(0, end), 'buffer') };
}

/** Opaque keyset cursors: the sort values of the last row seen, bound to the query they belong to. */
import { hash } from 'node:crypto';
import { canonicalJson, type Json } from './canonical-json.ts';
import { AppError } from './errors.ts';

/** One page of a list as the API shows it. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** `rows` holds one row more than `limit` when there is a next page. `key` gives the sort values of a row. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  scope: Json,
  key: (row: Row) => readonly string[],
  shape: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(scope, key(last)) : null;
  return { items: shown.map(shape), nextCursor };
}

/** Text for a client to send back. `scope` names the list with its filters; another one is refused. */
export function encodeCursor(scope: Json, values: readonly string[]): string {
  return Buffer.from(JSON.stringify([fingerprint(scope), ...values])).toString('base64url');
}

/** The sort values in a cursor. Throws `bad_request:api` when it is malformed or of another list. */
export function decodeCursor(scope: Json, cursor: string, length: number): string[] {
  const values = parse(cursor);
  if (!values || values.length !== length + 1 || values[0] !== fingerprint(scope)) throw foreignCursor();
  return values.slice(1);
}

/** For what a cursor that somebody made up holds in place of a number or a time. */
export function foreignCursor(): AppError {
  return new AppError('bad_request:api', 'The cursor does not belong to this list', {
    issues: [{ path: '/cursor', message: 'use nextCursor of the same list with the same filters' }],
  });
}

function parse(cursor: string): string[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) && value.every(isStorableText) ? value : null;
  } catch {
    return null;
  }
}

/** No database text can hold NUL or half a surrogate pair. */
function isStorableText(item: unknown): item is string {
  return typeof item === 'string' && !item.includes('\0') && item.isWellFormed();
}

function fingerprint(scope: Json): string {
  return hash('sha256', canonicalJson(scope), 'base64url').slice(0, 12);
}

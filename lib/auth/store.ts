/** The SQL of `api_keys`. */
import { sql } from 'kysely';
import { query } from '../db/database.ts';
import type { Context, Environment, Role, TxContext } from '../kernel/context.ts';

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly hint: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

const COLUMNS = [
  'id',
  'name',
  'role',
  'hint',
  'created_at',
  'last_used_at',
  'expires_at',
  'revoked_at',
] as const;

export async function insertKey(
  tx: TxContext,
  key: { id: string; name: string; role: Role; keyHash: Uint8Array; hint: string; expiresAt: Date | null },
): Promise<void> {
  await query(tx)
    .insertInto('api_keys')
    .values({
      id: key.id,
      name: key.name,
      role: key.role,
      key_hash: key.keyHash,
      hint: key.hint,
      created_by: tx.principal.id,
      expires_at: key.expiresAt,
    })
    .execute();
}

export async function selectKey(ctx: Context, id: string): Promise<KeyRow | undefined> {
  return await query(ctx).selectFrom('api_keys').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** The key with this hash, unless it was revoked or has expired by the database's clock. */
export async function selectUsableKey(env: Environment, keyHash: Uint8Array): Promise<KeyRow | undefined> {
  return await query(env)
    .selectFrom('api_keys')
    .select(COLUMNS)
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .executeTakeFirst();
}

/** The same by its id, for work that goes on after the request. */
export async function selectUsableKeyById(env: Environment, id: string): Promise<KeyRow | undefined> {
  return await query(env)
    .selectFrom('api_keys')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .executeTakeFirst();
}

/** Writes down that the key was used, at most once a minute. */
export async function touchKey(env: Environment, id: string): Promise<void> {
  await query(env)
    .updateTable('api_keys')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('last_used_at', 'is', null),
        eb('last_used_at', '<', sql<Date>`now() - interval '1 minute'`),
      ]),
    )
    .execute();
}

/** Newest first. */
export async function selectKeyPage(ctx: Context, limit: number, beforeId: string | null): Promise<KeyRow[]> {
  let rows = query(ctx).selectFrom('api_keys').select(COLUMNS).orderBy('id', 'desc').limit(limit);
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.execute();
}

export async function markKeyRevoked(tx: TxContext, id: string): Promise<void> {
  await query(tx)
    .updateTable('api_keys')
    .set({ revoked_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

export async function hasAnyKey(ctx: Context): Promise<boolean> {
  return (await query(ctx).selectFrom('api_keys').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Whether an admin could come in with a stored key. */
export async function hasUsableAdminKey(env: Environment): Promise<boolean> {
  const row = await query(env)
    .selectFrom('api_keys')
    .select('id')
    .where('role', '=', 'admin')
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Until the transaction ends nobody else makes a key. */
export async function lockKeys(tx: TxContext): Promise<void> {
  await sql`lock table api_keys in share row exclusive mode`.execute(query(tx));
}

/** Which of these keys may be used still. */
export async function selectUsableKeyIds(env: Environment, ids: readonly string[]): Promise<Set<string>> {
  const rows = await query(env)
    .selectFrom('api_keys')
    .select('id')
    .where('id', '=', sql<string>`any(${ids}::text[])`)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** The key ends then, or earlier if it would anyway. False for one that has ended. */
export async function endKeyBy(tx: TxContext, id: string, time: Date): Promise<boolean> {
  const row = await query(tx)
    .updateTable('api_keys')
    .set({ expires_at: sql<Date>`least(expires_at, ${time}::timestamptz)` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

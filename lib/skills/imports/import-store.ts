/** The SQL of `skill_imports` and `skill_import_items`. */
import { sql } from 'kysely';
import { query } from '../../db/database.ts';
import type { StoredImportError, StoredImportItem } from '../../db/import-tables.ts';
import type { Context, TxContext } from '../../kernel/context.ts';

/** All but what nobody is shown. */
const SHOWN = [
  'id',
  'status',
  'origin',
  'commit_id',
  'found',
  'created',
  'new_version',
  'unchanged',
  'refused',
  'error',
  'requested_by',
  'created_at',
  'started_at',
  'finished_at',
] as const;

export interface NewImport {
  readonly id: string;
  readonly origin: Readonly<Record<string, string>>;
  readonly tokenSealed: string | null;
  readonly archive: Uint8Array | null;
  readonly tags: readonly string[];
}

export async function insertImport(tx: TxContext, made: NewImport): Promise<void> {
  const { type, id, name } = tx.principal;
  await query(tx)
    .insertInto('skill_imports')
    .values({
      id: made.id,
      origin: JSON.stringify(made.origin),
      token_sealed: made.tokenSealed,
      archive: made.archive,
      tags: [...made.tags],
      commit_id: null,
      found: null,
      lease_token: null,
      source: tx.source,
      requested_by: JSON.stringify({ type, id, name }),
      request_id: tx.requestId,
    })
    .execute();
}

export type ImportRow = NonNullable<Awaited<ReturnType<typeof selectImport>>>;

export async function selectImport(ctx: Context, id: string) {
  return await query(ctx).selectFrom('skill_imports').select(SHOWN).where('id', '=', id).executeTakeFirst();
}

/** Newest first. */
export async function selectImportPage(
  ctx: Context,
  limit: number,
  beforeId: string | null,
): Promise<ImportRow[]> {
  let rows = query(ctx).selectFrom('skill_imports').select(SHOWN).orderBy('id', 'desc').limit(limit);
  if (beforeId !== null) rows = rows.where('id', '<', beforeId);
  return await rows.execute();
}

export async function selectImportItems(ctx: Context, importId: string) {
  return await query(ctx)
    .selectFrom('skill_import_items')
    .select(['path', 'name', 'result', 'skill', 'version', 'issues'])
    .where('import_id', '=', importId)
    .orderBy('position')
    .execute();
}

/** Which folders have been dealt with. */
export async function selectDonePositions(ctx: Context, importId: string): Promise<Set<number>> {
  const rows = await query(ctx)
    .selectFrom('skill_import_items')
    .select('position')
    .where('import_id', '=', importId)
    .execute();
  return new Set(rows.map(({ position }) => position));
}

export type ClaimedImport = NonNullable<Awaited<ReturnType<typeof claimImport>>>;

/** The next one that is due and that nobody holds, or undefined. The attempt counts from here, so that a crash counts too. */
export async function claimImport(ctx: Context, input: { leaseMs: number; maxAttempts: number }) {
  const claimed = await query(ctx)
    .updateTable('skill_imports')
    .set({
      status: 'running',
      attempt: sql<number>`attempt + 1`,
      lease_token: sql<string>`gen_random_uuid()::text`,
      lease_until: leaseEnd(input.leaseMs),
      started_at: sql<Date>`coalesce(started_at, clock_timestamp())`,
    })
    .where('id', '=', (eb) =>
      eb
        .selectFrom('skill_imports')
        .select('id')
        .where('finished_at', 'is', null)
        .where('attempt', '<', input.maxAttempts)
        .where('next_attempt_at', '<=', sql<Date>`statement_timestamp()`)
        .where(isFree)
        .orderBy('next_attempt_at')
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returning([...SHOWN, 'token_sealed', 'tags', 'attempt', 'lease_token', 'source', 'request_id'])
    .executeTakeFirst();
  // The statement itself has set it.
  return claimed && { ...claimed, lease_token: claimed.lease_token ?? '' };
}

const isFree = sql<boolean>`(lease_until is null or lease_until < statement_timestamp())`;

function leaseEnd(leaseMs: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)`;
}

/** Ids of imports whose last attempt ended without an outcome; locked until the transaction ends. */
export async function selectExhaustedImports(tx: TxContext, maxAttempts: number) {
  return await query(tx)
    .selectFrom('skill_imports')
    .select([...SHOWN, 'source', 'request_id'])
    .where('finished_at', 'is', null)
    .where('attempt', '>=', maxAttempts)
    .where(isFree)
    .limit(100)
    .forUpdate()
    .skipLocked()
    .execute();
}

export async function selectImportArchive(ctx: Context, id: string): Promise<Uint8Array | null> {
  const row = await query(ctx)
    .selectFrom('skill_imports')
    .select('archive')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.archive ?? null;
}

export interface Lease {
  readonly id: string;
  readonly lease_token: string;
}

/** False when the lease is somebody else's by now. */
export async function extendImportLease(ctx: Context, lease: Lease, leaseMs: number): Promise<boolean> {
  const extended = await held(ctx, lease)
    .set({ lease_until: leaseEnd(leaseMs) })
    .returning('id')
    .executeTakeFirst();
  return extended !== undefined;
}

export async function recordFound(
  ctx: Context,
  lease: Lease,
  found: { readonly count: number; readonly commit: string | null },
): Promise<boolean> {
  const row = await held(ctx, lease)
    .set({ found: found.count, commit_id: found.commit })
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** One folder's outcome and its count. False, with nothing written, when the lease is somebody else's. */
export async function insertImportItem(
  tx: TxContext,
  lease: Lease,
  position: number,
  item: StoredImportItem,
): Promise<boolean> {
  const counted = await held(tx, lease)
    .set((eb) => ({ [item.result]: eb(item.result, '+', 1) }))
    .returning('id')
    .executeTakeFirst();
  if (!counted) return false;
  await query(tx)
    .insertInto('skill_import_items')
    .values({
      import_id: lease.id,
      position,
      path: item.path,
      name: item.name,
      result: item.result,
      skill: item.skill && JSON.stringify(item.skill),
      version: item.version && JSON.stringify(item.version),
      issues: JSON.stringify(item.issues),
    })
    .execute();
  return true;
}

/** Back to the queue. A worker that only stops gives the attempt back too. */
export async function releaseImport(
  ctx: Context,
  lease: Lease,
  how: {
    readonly delayMs: number;
    readonly countsAttempt: boolean;
    readonly error: StoredImportError | null;
  },
): Promise<void> {
  await held(ctx, lease)
    .set({
      status: 'queued',
      lease_token: null,
      lease_until: null,
      next_attempt_at: leaseEnd(how.delayMs),
      error: how.error && JSON.stringify(how.error),
      ...(!how.countsAttempt && { attempt: sql<number>`attempt - 1` }),
    })
    .execute();
}

export interface ImportEnd {
  readonly status: 'success' | 'failed' | 'partial_failed';
  readonly error: StoredImportError | null;
}

/** Ends it and erases what only the work needed. Without a lease token whoever has locked the row ends it. */
export async function finishImport(
  tx: TxContext,
  lease: { readonly id: string; readonly lease_token: string | null },
  end: ImportEnd,
): Promise<boolean> {
  let rows = query(tx)
    .updateTable('skill_imports')
    .set({
      status: end.status,
      error: end.error && JSON.stringify(end.error),
      lease_token: null,
      lease_until: null,
      token_sealed: null,
      archive: null,
      finished_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', lease.id);
  if (lease.lease_token !== null) rows = rows.where('lease_token', '=', lease.lease_token);
  return (await rows.returning('id').executeTakeFirst()) !== undefined;
}

function held(ctx: Context, lease: Lease) {
  return query(ctx)
    .updateTable('skill_imports')
    .where('id', '=', lease.id)
    .where('lease_token', '=', lease.lease_token);
}

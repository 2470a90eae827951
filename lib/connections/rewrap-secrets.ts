/** Seals everything with the newest key that older ones still seal, so that these can be taken out of the settings. */
import { recordAudit } from '../audit/record.ts';
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import { SecretBoxError } from '../kernel/secret-box.ts';
import { columnName, SEALED_COLUMNS, type SealedColumn } from './sealed-columns.ts';
import {
  replaceSealed,
  type Resealed,
  type SealedRow,
  selectKeyIds,
  selectSealedRows,
} from './sealed-store.ts';

const BATCH = 50;

export interface Rewrapped {
  /** Rows that got the newest key, by `table.column`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Rows that do not open, though their key is known: somebody altered or moved them. */
  readonly unreadable: readonly { readonly column: string; readonly id: string }[];
  /** Of all keys that something is still sealed with. */
  readonly keyIds: readonly string[];
}

/**
 * A row at a time keeps its old value until the new one is stored, so this may end anywhere, run in several processes
 * at once, and be done again. `signal` ends it after the batch it is at.
 */
export async function rewrapSecrets(
  ctx: Context,
  { batchSize = BATCH, signal }: { readonly batchSize?: number; readonly signal?: AbortSignal } = {},
): Promise<Rewrapped> {
  const [, ...older] = ctx.secretBox.keyIds;
  const counts: Record<string, number> = {};
  const unreadable: { column: string; id: string }[] = [];
  for (const column of SEALED_COLUMNS) {
    const name = columnName(column);
    for (const keyId of await selectKeyIds(ctx, column)) {
      if (!older.includes(keyId)) continue;
      for await (const rows of batches(ctx, column, keyId, { limit: batchSize, signal })) {
        const { resealed, failed } = reseal(ctx, column, rows);
        unreadable.push(...failed.map((id) => ({ column: name, id })));
        counts[name] = (counts[name] ?? 0) + (await store(ctx, column, keyId, resealed));
      }
    }
  }
  return { counts, unreadable, keyIds: await usedKeyIds(ctx) };
}

/** Ids of the keys that anything is sealed with. */
async function usedKeyIds(ctx: Context): Promise<string[]> {
  const ids = new Set<string>();
  for (const column of SEALED_COLUMNS) for (const id of await selectKeyIds(ctx, column)) ids.add(id);
  return [...ids].toSorted();
}

async function* batches(
  ctx: Context,
  column: SealedColumn,
  keyId: string,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<SealedRow[]> {
  for (let afterId = ''; ; ) {
    if (signal?.aborted === true) return;
    const rows = await selectSealedRows(ctx, column, keyId, { afterId, limit });
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    afterId = last.id;
  }
}

function reseal(
  ctx: Context,
  column: SealedColumn,
  rows: readonly SealedRow[],
): { resealed: Resealed[]; failed: string[] } {
  const resealed: Resealed[] = [];
  const failed: string[] = [];
  for (const { id, sealed: before, address } of rows) {
    const boundTo = column.boundTo(id, address);
    try {
      const secret = ctx.secretBox.open(before, boundTo);
      const sealed = ctx.secretBox.seal(secret, boundTo);
      resealed.push({ id, before, sealed, fingerprint: ctx.secretBox.fingerprint(secret) });
    } catch (error) {
      if (!(error instanceof SecretBoxError)) throw error;
      ctx.log.warn({ err: error, column: columnName(column), id }, 'a sealed value does not open');
      failed.push(id);
    }
  }
  return { resealed, failed };
}

async function store(
  ctx: Context,
  column: SealedColumn,
  from: string,
  resealed: readonly Resealed[],
): Promise<number> {
  if (resealed.length === 0) return 0;
  const [to] = ctx.secretBox.keyIds;
  return await transaction(ctx, async (tx) => {
    const count = await replaceSealed(tx, column, resealed);
    if (count === 0) return 0;
    await recordAudit(tx, {
      action: 'key.rewrap',
      target: { type: 'encryption_key', id: to },
      change: { column: columnName(column), from, to, count },
    });
    return count;
  });
}

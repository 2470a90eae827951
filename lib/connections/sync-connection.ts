/** Compares what an account holds with what is recorded of it; looks only, and never changes anything there. */
import { recordAudits } from '../audit/record.ts';
import { transaction } from '../db/database.ts';
import type { Context, TxContext } from '../kernel/context.ts';
import {
  type Call,
  type Connection,
  type ListedPage,
  type ListedSkill,
  type ProviderAdapter,
  ProviderError,
} from '../providers/adapter.ts';
import { installMarker } from '../providers/adopt.ts';
import { type Recorded, type Seen, seenInList, seenWhenAsked } from './drift.ts';
import { refusesCredential } from './gate.ts';
import {
  deleteUnmanaged,
  describeUnmanaged,
  type FoundSkill,
  insertUnmanaged,
  type InventoryRow,
  selectInventoryBatch,
  selectNamesAtWork,
  selectRecorded,
  touchRows,
  updateSeen,
} from './inventory-store.ts';

const MAX_PAGES = 2000;
const BATCH = 100;
/** So many objects in a row that cannot be asked for are the provider's trouble, not theirs. */
const FAILURES_TO_GIVE_UP = 3;

export interface Comparison {
  readonly providerId: string;
  readonly adapter: ProviderAdapter;
  readonly connection: Connection;
  readonly call: Call;
  /** What was looked at since then, by an attempt before this one, is not asked for again; null asks for everything. */
  readonly doneSince: Date | null;
  /** False while what the provider could not answer is asked for once more by another attempt. */
  readonly isLast: boolean;
  /** Proves inside a transaction that the comparison is still ours to write; throws when it is not. */
  fence(tx: TxContext): Promise<void>;
  /** Told of each row that was looked at. */
  onProgress(): void;
}

/** Throws ProviderError when the provider cannot be asked; what was found until then is kept. */
export async function syncConnection(ctx: Context, comparison: Comparison): Promise<void> {
  const work = new SyncAtWork(ctx, comparison);
  const isWhole = await work.compareList();
  await work.compareRest(isWhole);
}

class SyncAtWork {
  readonly #ctx: Context;
  readonly #in: Comparison;
  readonly #listed = new Set<string>();
  /** Objects that could not be asked for; they are unknown once the provider has answered for another. */
  #failed: { readonly row: InventoryRow; readonly error: ProviderError }[] = [];

  constructor(ctx: Context, comparison: Comparison) {
    this.#ctx = ctx;
    this.#in = comparison;
  }

  /** False when the list was too long to be read to its end. */
  async compareList(): Promise<boolean> {
    const { adapter, connection, call } = this.#in;
    let page: string | null = null;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      call.signal.throwIfAborted();
      const shown: ListedPage = await adapter.list(connection, page, call);
      // Pages may overlap while others change what they show.
      const skills = [...new Map(shown.skills.map((skill) => [skill.externalId, skill])).values()];
      await this.#comparePage(skills.filter(({ externalId }) => !this.#listed.has(externalId)));
      for (const { externalId } of skills) this.#listed.add(externalId);
      if (shown.next === null) return true;
      page = shown.next;
    }
    return false;
  }

  /** Lists may lag, so what is recorded and was not listed is asked for before it is called missing. */
  async compareRest(isWhole: boolean): Promise<void> {
    for (let afterId = ''; ; ) {
      const rows = await selectInventoryBatch(this.#ctx, this.#in.providerId, afterId, BATCH);
      const last = rows.at(-1);
      if (!last) break;
      afterId = last.id;
      const unlisted = rows.filter(({ externalId }) => !this.#listed.has(externalId));
      for (const row of unlisted) if (row.skillId !== null && !this.#isDone(row)) await this.#ask(row);
      if (isWhole) await this.#forget(unlisted.filter(({ skillId }) => skillId === null));
    }
    const passing = this.#failed.findLast(({ error }) => error.failure.retryable);
    if (passing && !this.#in.isLast) throw passing.error;
    await this.#giveUpFailed();
  }

  async #comparePage(skills: readonly ListedSkill[]): Promise<void> {
    const ids = skills.map(({ externalId }) => externalId);
    const recorded = await selectRecorded(this.#ctx, this.#in.providerId, ids);
    const rows = new Map(recorded.map((row) => [row.externalId, row]));
    const asListed: InventoryRow[] = [];
    const unrecorded: FoundSkill[] = [];
    for (const skill of skills) {
      const row = rows.get(skill.externalId);
      if (!row) unrecorded.push(foundOf(skill));
      else if (row.skillId === null) await this.#describe(row, foundOf(skill));
      else if (!this.#isDone(row)) {
        const seen = seenInList(recordedOf(row), skill.externalVersion);
        if (seen === null) await this.#ask(row);
        else if (seen.drift === row.drift) asListed.push(row);
        else await this.#store(row, seen);
      }
    }
    await touchRows(this.#ctx, asListed);
    await this.#addUnmanaged(unrecorded, skills);
    this.#in.onProgress();
  }

  #isDone(row: InventoryRow): boolean {
    const { doneSince } = this.#in;
    return doneSince !== null && row.drift !== 'unknown' && row.checkedAt.getTime() > doneSince.getTime();
  }

  async #ask(row: InventoryRow): Promise<void> {
    const { adapter, connection, call } = this.#in;
    call.signal.throwIfAborted();
    try {
      const seen = seenWhenAsked(recordedOf(row), await adapter.status(connection, row, call));
      await this.#giveUpFailed();
      await this.#store(row, seen);
      this.#in.onProgress();
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const { failure } = error;
      this.#failed.push({ row, error });
      const isOfAll = refusesCredential(failure) || failure.code === 'rate_limit:provider';
      if (isOfAll || this.#failed.length >= FAILURES_TO_GIVE_UP) throw error;
    }
  }

  async #giveUpFailed(): Promise<void> {
    const failed = this.#failed;
    this.#failed = [];
    for (const { row } of failed) {
      const { externalVersion, verifiedDigest } = row;
      await this.#store(row, { drift: 'unknown', externalVersion, verifiedDigest });
    }
  }

  async #store(row: InventoryRow, seen: Seen): Promise<void> {
    await this.#fenced(async (tx) => {
      if (!(await updateSeen(tx, row, seen)) || seen.drift === row.drift) return;
      await this.#audit(tx, [{ id: row.id, name: row.skillName, from: row.drift, to: seen.drift }]);
    });
  }

  async #describe(row: InventoryRow, found: FoundSkill): Promise<void> {
    const isSame =
      row.externalVersion === found.externalVersion &&
      row.remoteName === found.name &&
      row.remoteDisplayName === found.displayName &&
      row.hasMark === found.hasMark;
    if (isSame) await touchRows(this.#ctx, [row]);
    else await describeUnmanaged(this.#ctx, row.id, found);
  }

  /** What a run at work is putting there gets its record from that run. */
  async #addUnmanaged(found: readonly FoundSkill[], listed: readonly ListedSkill[]): Promise<void> {
    if (found.length === 0) return;
    await this.#fenced(async (tx) => {
      const names = await selectNamesAtWork(tx, this.#in.providerId);
      const marks = new Set(names.map((name) => installMarker(this.#in.connection.id, name)));
      const atWork = new Set(
        listed
          .filter(({ name, mark }) => names.includes(name ?? '') || marks.has(mark ?? ''))
          .map((one) => one.externalId),
      );
      const inserted = await insertUnmanaged(
        tx,
        this.#in.providerId,
        found.filter(({ externalId }) => !atWork.has(externalId)),
      );
      const named = new Map(found.map((skill) => [skill.externalId, skill.name ?? skill.displayName]));
      await this.#audit(
        tx,
        inserted.map(({ id, externalId }) => ({
          id,
          name: named.get(externalId) ?? externalId,
          from: null,
          to: 'unmanaged',
        })),
      );
    });
  }

  async #forget(rows: readonly InventoryRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#fenced(async (tx) => {
      const gone = new Set(
        await deleteUnmanaged(
          tx,
          rows.map(({ id }) => id),
        ),
      );
      await this.#audit(
        tx,
        rows
          .filter(({ id }) => gone.has(id))
          .map((row) => ({
            id: row.id,
            name: row.remoteName ?? row.externalId,
            from: 'unmanaged',
            to: null,
          })),
      );
    });
  }

  async #fenced(act: (tx: TxContext) => Promise<void>): Promise<void> {
    await transaction(this.#ctx, async (tx) => {
      await this.#in.fence(tx);
      await act(tx);
    });
  }

  async #audit(
    tx: TxContext,
    changes: readonly { id: string; name: string | null; from: string | null; to: string | null }[],
  ): Promise<void> {
    await recordAudits(
      tx,
      changes.map(({ id, name, from, to }) => ({
        action: 'installation.drift',
        target: { type: 'installation', id, ...(name !== null && { name }) },
        change: { from, to, providerId: this.#in.providerId },
      })),
    );
  }
}

function recordedOf(row: InventoryRow): Recorded {
  const { externalVersion, digest, verifiedDigest } = row;
  // Only a row with a version is compared.
  return { externalVersion, digest: digest ?? '', verifiedDigest };
}

function foundOf(skill: ListedSkill): FoundSkill {
  const { externalId, externalVersion, name, displayName, createdAt, mark } = skill;
  return { externalId, externalVersion, name, displayName, createdAt, hasMark: mark !== null };
}

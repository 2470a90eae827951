/** Up to which position nothing can come in between any more, told from the transactions in progress. (pure) */

/** A transaction that wrote an event earlier in the order may commit later; until it has ended, what follows is not settled. */
export class Horizon {
  /** Every event up to this position is committed and visible, or never will be. */
  settled: number;
  #pending: { readonly upTo: number; readonly writers: ReadonlySet<string> } | null = null;

  constructor(settled = 0) {
    this.settled = settled;
  }

  get isPending(): boolean {
    return this.#pending !== null;
  }

  /**
   * `upTo`: the last position that was visible in `snapshot` (PostgreSQL's text: `xmin:xmax:xid,xid…`).
   * What was not visible then and stands before it belongs to a transaction of that snapshot.
   */
  observe(upTo: number, snapshot: string): void {
    const inProgress = transactionsIn(snapshot);
    if (this.#pending !== null && [...this.#pending.writers].every((xid) => !inProgress.has(xid)))
      this.#settle();
    if (this.#pending !== null || upTo <= this.settled) return;
    this.#pending = { upTo, writers: inProgress };
    if (inProgress.size === 0) this.#settle();
  }

  /**
   * Waits no longer for whoever was not writing events (32-bit ids) after the pending position was seen: it writes later
   * ones if any. Heeded by the next look, which sees what the others have committed until then.
   */
  onlyThese(writing: ReadonlySet<string>): void {
    if (this.#pending === null) return;
    const writers = new Set([...this.#pending.writers].filter((xid) => writing.has(shortId(xid))));
    this.#pending = { upTo: this.#pending.upTo, writers };
  }

  #settle(): void {
    if (this.#pending !== null) this.settled = Math.max(this.settled, this.#pending.upTo);
    this.#pending = null;
  }
}

function transactionsIn(snapshot: string): Set<string> {
  const list = snapshot.split(':')[2] ?? '';
  return new Set(list === '' ? [] : list.split(','));
}

function shortId(xid: string): string {
  return String(BigInt(xid) & 0xffff_ffffn);
}

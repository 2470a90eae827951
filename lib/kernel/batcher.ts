/** Collects what many callers ask for at the same moment and does it together, each caller with an outcome of its own. */
import { setImmediate as endOfTurn } from 'node:timers/promises';

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** One batch is in flight at a time; what is asked meanwhile makes the next one. Alone nobody waits. */
export class Batcher<Item, Outcome> {
  readonly #act: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  readonly #largest: number;
  readonly #waiting: Waiting<Item, Outcome>[] = [];
  #isFlowing = false;

  /** `act` answers in the order of its items, and may be asked again for one of them after it threw. */
  constructor(act: (items: readonly Item[]) => Promise<readonly Outcome[]>, largest: number) {
    this.#act = act;
    this.#largest = largest;
  }

  /** Rejects with what `act` threw for this item alone. */
  async ask(item: Item): Promise<Outcome> {
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isFlowing) void this.#flow();
    });
  }

  async #flow(): Promise<void> {
    this.#isFlowing = true;
    while (this.#waiting.length > 0) {
      await endOfTurn();
      await this.#actFor(this.#waiting.splice(0, this.#largest));
    }
    this.#isFlowing = false;
  }

  /** What fails together is tried one by one, so that nobody fails for a neighbour. */
  async #actFor(batch: readonly Waiting<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#act(batch.map(({ item }) => item));
      if (outcomes.length !== batch.length)
        throw new Error(`${batch.length} were asked for, ${outcomes.length} answered`);
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome);
    } catch (error) {
      const [only, ...others] = batch;
      if (others.length === 0) only?.reject(error);
      else await Promise.all(batch.map(async (one) => await this.#actFor([one])));
    }
  }
}

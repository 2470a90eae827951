/** What the runs of one worker do at the same moment, done together: a transaction for many instead of one for each. */
import { Batcher } from '../kernel/batcher.ts';
import type { Context } from '../kernel/context.ts';
import type { ClaimedRun } from '../runs/claim.ts';
import { selectOpenIntentsSince } from '../runs/intent-store.ts';
import { type Announced, type Announcement, announceMutations } from './announce-mutations.ts';
import { type AttemptFacts, readFacts } from './attempt-facts.ts';
import { commitAttempts, concernsConnection, type Finished } from './commit-attempt.ts';
import { Packages } from './load-package.ts';

/** Bounds how long the rows of a batch stay locked. */
const LARGEST = 200;

export class RunBatches {
  readonly #ctx: Context;
  readonly packages: Packages;
  readonly #opens: Batcher<ClaimedRun, Date | null>;
  readonly #facts: Batcher<ClaimedRun, AttemptFacts>;
  readonly #announcements: Batcher<Announcement, Announced>;
  readonly #finished: Batcher<Finished, boolean>;

  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.packages = new Packages(ctx);
    this.#opens = new Batcher(async (runs) => await selectOpenIntentsSince(ctx, runs), LARGEST);
    this.#facts = new Batcher(async (runs) => await readFacts(ctx, runs), LARGEST);
    this.#announcements = new Batcher(async (items) => {
      refuseTwins(items);
      return await announceMutations(ctx, items);
    }, LARGEST);
    this.#finished = new Batcher(async (items) => {
      refuseTwins(items);
      return await commitAttempts(ctx, items);
    }, LARGEST);
  }

  /** When something was sent for the run's target of which nobody knows what became; null for never. */
  async openSince(run: ClaimedRun): Promise<Date | null> {
    return await this.#opens.ask(run);
  }

  async facts(run: ClaimedRun): Promise<AttemptFacts> {
    return await this.#facts.ask(run);
  }

  async announce(announcement: Announcement): Promise<Announced> {
    return await this.#announcements.ask(announcement);
  }

  /** False when the run was not ours any more. */
  async commit(finished: Finished): Promise<boolean> {
    if (!concernsConnection(finished)) return await this.#finished.ask(finished);
    const [isKept = false] = await commitAttempts(this.#ctx, [finished]);
    return isKept;
  }
}

/** After a lost lease two attempts of one run may be here: each is asked for alone, as a batch tells runs by their id. */
function refuseTwins(items: readonly { readonly run: { readonly id: string } }[]): void {
  if (new Set(items.map(({ run }) => run.id)).size < items.length)
    throw new Error('two attempts of one run in one batch');
}

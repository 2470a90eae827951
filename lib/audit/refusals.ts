/** Refused attempts to change something are on record too; a flood of them is counted instead of written one by one. */
import { transaction } from '../db/database.ts';
import type { Context } from '../kernel/context.ts';
import type { AppError } from '../kernel/errors.ts';
import { maskQuoted } from '../kernel/mask-secrets.ts';
import { recordAudit } from './record.ts';

const COUNTED_FOR_MS = 60_000;
const MOST_COUNTED = 10_000;
const MOST_OF_PATH = 200;

export interface Refusal {
  readonly ctx: Context;
  readonly method: string;
  /** As the route gives it; null when there is none. */
  readonly route: string | null;
  readonly path: string;
  readonly error: AppError;
}

interface Counted {
  readonly refusal: Refusal;
  readonly until: number;
  more: number;
}

/** The first of its kind is written at once; how many followed within the minute, when the minute is over. */
export class RefusalLog {
  readonly #counted = new Map<string, Counted>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => void this.#writeOver(Date.now()), 5000).unref();
  }

  /** Never throws: a refusal stands whether or not it can be written down. */
  async record(refusal: Refusal): Promise<void> {
    const key = [refusal.ctx.principal.id, refusal.method, refusal.route, refusal.error.code].join(' ');
    const counted = this.#counted.get(key);
    if (counted) {
      counted.more += 1;
      return;
    }
    if (this.#counted.size < MOST_COUNTED)
      this.#counted.set(key, { refusal, until: Date.now() + COUNTED_FOR_MS, more: 0 });
    await write(refusal, null);
  }

  /** Writes what was counted so far. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writeOver(Infinity);
  }

  async #writeOver(now: number): Promise<void> {
    for (const [key, { refusal, until, more }] of this.#counted) {
      if (until > now) continue;
      this.#counted.delete(key);
      if (more > 0) await write(refusal, more);
    }
  }
}

async function write({ ctx, method, route, path, error }: Refusal, more: number | null): Promise<void> {
  const isDenied = error.kind === 'unauthorized' || error.kind === 'forbidden';
  await transaction(ctx, async (tx) => {
    await recordAudit(tx, {
      action: 'request.refuse',
      target: { type: 'route', id: `${method} ${route ?? '(none)'}` },
      outcome: isDenied ? 'denied' : 'failure',
      code: error.code,
      change:
        more === null ? { path: maskQuoted(path).slice(0, MOST_OF_PATH), status: error.status } : { more },
    });
  }).catch((failure: unknown) => ctx.log.warn({ err: failure }, 'a refused request could not be recorded'));
}

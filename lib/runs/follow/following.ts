/** Somebody's way through the events of a run, of a batch or of everything: what they have seen, and what is next. */
import { requireRole } from '../../auth/principal.ts';
import type { Context, Environment } from '../../kernel/context.ts';
import { AppError } from '../../kernel/errors.ts';
import { getRun } from '../read-runs.ts';
import { isTerminal } from '../states.ts';
import {
  type BatchPlace,
  type EventRow,
  selectBatchEvents,
  selectBatchPlace,
  selectEventsAfter,
  selectRunEvents,
  selectRunIdsOfBatch,
} from './event-store.ts';
import type { Topic } from './live-events.ts';
import { settledPosition } from './settled-position.ts';

/** An event under the number it has in what is followed. */
export interface NumberedEvent {
  readonly id: string;
  readonly row: EventRow;
}

export interface Following {
  readonly topic: Topic;
  /** For whoever leaves before the first event and comes back; null where the beginning is as good. */
  readonly startId: string | null;
  /** Nothing will come any more. */
  readonly isOver: boolean;
  /** Passes the next stored events, none after the position `upTo`, which runs do not heed. */
  read(limit: number, upTo: number): Promise<{ items: NumberedEvent[]; isLast: boolean }>;
  /** Passes an event that was just told: the event, or that it was passed before, or that others come before it. */
  take(row: EventRow): NumberedEvent | 'passed' | 'gap';
}

/** `after`: the last seq seen, 0 for none. Throws `not_found:install_run`. */
export async function followRun(ctx: Context, id: string, after: number): Promise<Following> {
  const run = await getRun(ctx, id);
  const env: Environment = ctx;
  let seen = after;
  let isOver = isTerminal(run.status) && (await selectRunEvents(ctx, id, after, 1)).length === 0;
  function pass(row: EventRow): NumberedEvent {
    seen = row.seq;
    isOver ||= isTerminal(row.to_status);
    return { id: String(row.seq), row };
  }
  return {
    topic: { key: `run ${id}`, runIds: [id], when: 'visible' },
    startId: null,
    get isOver() {
      return isOver;
    },
    async read(limit) {
      const rows = await selectRunEvents(env, id, seen, limit);
      return { items: rows.map(pass), isLast: rows.length < limit };
    },
    take(row) {
      if (row.seq <= seen) return 'passed';
      return row.seq === seen + 1 ? pass(row) : 'gap';
    },
  };
}

/** `after`: how many of its events were seen, or the exact place. Throws `not_found:install_run`. */
export async function followBatch(
  ctx: Context,
  id: string,
  after: number | { readonly seen: number; readonly position: number },
): Promise<Following> {
  requireRole(ctx, 'viewer');
  const env: Environment = ctx;
  const runIds = await selectRunIdsOfBatch(ctx, id);
  if (runIds.length === 0) throw new AppError('not_found:install_run', `There is no install batch ${id}`);
  const toSkip = typeof after === 'number' ? after : after.seen;
  const place: BatchPlace =
    typeof after === 'number'
      ? await selectBatchPlace(env, id, after, await settledPosition(env))
      : { passed: after.seen, position: after.position, ended: 0 };
  let { passed, position, ended } = place;
  function pass(row: EventRow): NumberedEvent | null {
    passed += 1;
    position = row.position;
    if (isTerminal(row.to_status)) ended += 1;
    return passed <= toSkip ? null : { id: String(passed), row };
  }
  return {
    topic: { key: `batch ${id}`, runIds, when: 'settled' },
    startId: null,
    get isOver() {
      return ended === runIds.length;
    },
    async read(limit, upTo) {
      const rows = await selectBatchEvents(env, id, { after: position, upTo }, limit);
      return { items: rows.flatMap((row) => pass(row) ?? []), isLast: rows.length < limit };
    },
    take: (row) => (row.position <= position ? 'passed' : (pass(row) ?? 'passed')),
  };
}

/** `after`: the position of the last event seen; null for those from now on. */
export async function followEverything(ctx: Context, after: number | null): Promise<Following> {
  requireRole(ctx, 'viewer');
  const env: Environment = ctx;
  let position = after ?? (await settledPosition(env));
  function pass(row: EventRow): NumberedEvent {
    position = row.position;
    return { id: String(row.position), row };
  }
  return {
    topic: { key: 'everything', runIds: null, when: 'settled' },
    startId: String(position),
    isOver: false,
    async read(limit, upTo) {
      const { rows } = await selectEventsAfter(env, position, limit);
      const settled = rows.filter((row) => row.position <= upTo);
      return { items: settled.map(pass), isLast: settled.length < limit };
    },
    take: (row) => (row.position <= position ? 'passed' : pass(row)),
  };
}

/** Pages of events, oldest first: of a run, of a batch, of everything. */
import type { Context } from '../../kernel/context.ts';
import { decodeCursor, foreignCursor, type Page, pageOf } from '../../kernel/cursor.ts';
import type { RunEvent } from '../schema.ts';
import { shapeRunEvent } from '../shape.ts';
import { followBatch, followEverything, type Following, followRun } from './following.ts';
import { settledPosition } from './settled-position.ts';

export interface EventPageInput {
  readonly after: number;
  readonly limit: number;
  /** Wins over `after`. */
  readonly cursor: string | undefined;
}

/** Throws `not_found:install_run`. */
export async function listRunEvents(
  ctx: Context,
  id: string,
  { after, limit, cursor }: EventPageInput,
): Promise<Page<RunEvent>> {
  const scope = { list: 'run events', id };
  const [seen = after] = cursor === undefined ? [] : wholeNumbers(scope, cursor, 1);
  return await pageFrom(await followRun(ctx, id, seen), { scope, limit, upTo: 0 });
}

/** Throws `not_found:install_run`. */
export async function listBatchEvents(
  ctx: Context,
  id: string,
  { after, limit, cursor }: EventPageInput,
): Promise<Page<RunEvent>> {
  const scope = { list: 'batch events', id };
  const [seen, position] = cursor === undefined ? [] : wholeNumbers(scope, cursor, 2);
  const place = seen === undefined || position === undefined ? after : { seen, position };
  const following = await followBatch(ctx, id, place);
  return await pageFrom(following, { scope, limit, upTo: await settledPosition(ctx) });
}

export async function listEvents(
  ctx: Context,
  { after, limit, cursor }: EventPageInput,
): Promise<Page<RunEvent>> {
  const scope = { list: 'events' };
  const [position = after] = cursor === undefined ? [] : wholeNumbers(scope, cursor, 1);
  const following = await followEverything(ctx, position);
  return await pageFrom(following, { scope, limit, upTo: await settledPosition(ctx) });
}

async function pageFrom(
  following: Following,
  page: { scope: { list: string; id?: string }; limit: number; upTo: number },
): Promise<Page<RunEvent>> {
  const { items } = await following.read(page.limit + 1, page.upTo);
  const isOfBatch = page.scope.list === 'batch events';
  return pageOf(
    items,
    page.limit,
    page.scope,
    ({ id, row }) => (isOfBatch ? [id, String(row.position)] : [id]),
    ({ id, row }) => shapeRunEvent(id, row),
  );
}

function wholeNumbers(scope: { list: string; id?: string }, cursor: string, length: number): number[] {
  const values = decodeCursor(scope, cursor, length);
  if (values.some((value) => !/^\d{1,15}$/.test(value))) throw foreignCursor();
  return values.map(Number);
}

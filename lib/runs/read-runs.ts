/** Reads runs, batches and the events of a run. */
import { requireRole } from '../auth/principal.ts';
import { findConnection } from '../connections/read-connections.ts';
import type { Context } from '../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../kernel/cursor.ts';
import { AppError } from '../kernel/errors.ts';
import { findSkill } from '../skills/read-skills.ts';
import type { Batch, Run, RunFilter } from './schema.ts';
import { shapeRun } from './shape.ts';
import { batchStatus } from './states.ts';
import { selectBatch, selectBatchRuns, selectRunPage, selectRuns } from './store.ts';

export async function getRun(ctx: Context, id: string): Promise<Run> {
  requireRole(ctx, 'viewer');
  const [row] = await selectRuns(ctx, [id]);
  if (!row) throw new AppError('not_found:install_run', `There is no install run ${id}`);
  return shapeRun(row);
}

/** Newest first. A filter that names an unknown skill or provider is a 404. */
export async function listRuns(
  ctx: Context,
  input: { filter: RunFilter; limit: number; cursor: string | undefined },
): Promise<Page<Run>> {
  requireRole(ctx, 'viewer');
  const { status, source, batch } = input.filter;
  const scope = { list: 'runs', ...input.filter };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectRunPage(
    ctx,
    {
      ...(status !== undefined && { status }),
      ...(source !== undefined && { source }),
      ...(batch !== undefined && { batchId: batch }),
      ...(input.filter.skill !== undefined && { skillId: (await findSkill(ctx, input.filter.skill)).id }),
      ...(input.filter.provider !== undefined && {
        providerId: (await findConnection(ctx, input.filter.provider)).id,
      }),
    },
    input.limit + 1,
    beforeId,
  );
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeRun);
}

export async function getBatch(ctx: Context, id: string): Promise<Batch> {
  requireRole(ctx, 'viewer');
  const batch = await selectBatch(ctx, id);
  if (!batch) throw new AppError('not_found:install_run', `There is no install batch ${id}`);
  const runs = (await selectBatchRuns(ctx, id)).map(shapeRun);
  return {
    id: batch.id,
    action: batch.action,
    status: batchStatus(runs.map((run) => run.status)),
    runIds: runs.map((run) => run.id),
    runs,
    source: batch.source,
    requestedBy: batch.requested_by,
    createdAt: batch.created_at.toISOString(),
  };
}

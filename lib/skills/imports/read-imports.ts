/** Reads imports: one with its folders, and lists without them. */
import { requireRole } from '../../auth/principal.ts';
import type { Context } from '../../kernel/context.ts';
import { decodeCursor, type Page, pageOf } from '../../kernel/cursor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { SkillImport, SkillImportSummary } from './import-schema.ts';
import { type ImportRow, selectImport, selectImportItems, selectImportPage } from './import-store.ts';

/** Throws `not_found:skill`. */
export async function getImport(ctx: Context, id: string): Promise<SkillImport> {
  requireRole(ctx, 'viewer');
  const row = await selectImport(ctx, id);
  if (!row) throw new AppError('not_found:skill', `There is no import ${id}`);
  return { ...shapeImport(row), items: await selectImportItems(ctx, id) };
}

/** Newest first. */
export async function listImports(
  ctx: Context,
  input: { limit: number; cursor: string | undefined },
): Promise<Page<SkillImportSummary>> {
  requireRole(ctx, 'viewer');
  const scope = { list: 'skill-imports' };
  const [beforeId = null] = input.cursor === undefined ? [] : decodeCursor(scope, input.cursor, 1);
  const rows = await selectImportPage(ctx, input.limit + 1, beforeId);
  return pageOf(rows, input.limit, scope, (row) => [row.id], shapeImport);
}

function shapeImport(row: ImportRow): SkillImportSummary {
  const { created, new_version: newVersion, unchanged, refused } = row;
  return {
    id: row.id,
    status: row.status,
    source: row.origin,
    commit: row.commit_id,
    progress: { found: row.found, done: created + newVersion + unchanged + refused },
    counts: { created, newVersion, unchanged, refused },
    error: row.error,
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

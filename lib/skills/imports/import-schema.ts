/** The shapes of imports, as the API takes and shows them. */
import { z } from 'zod';
import { skillTags } from '../schema.ts';
import { GitSource } from '../source-schema.ts';

const Timestamp = z.string().meta({ format: 'date-time' });

/** What travels beside an archive: the JSON part `metadata` of an upload. */
export const ImportMetadata = z.strictObject({ tags: skillTags });
export type ImportMetadata = z.infer<typeof ImportMetadata>;

export const StartImport = z.strictObject({ source: GitSource, tags: skillTags });

const count = z.number().int();

const ImportItem = z.object({
  path: z.string().meta({ description: 'the folder; empty for the root' }),
  name: z.string().nullable(),
  result: z.enum(['created', 'new_version', 'unchanged', 'refused']),
  skill: z.object({ id: z.string(), name: z.string() }).nullable(),
  version: z.object({ id: z.string(), number: count, digest: z.string() }).nullable(),
  issues: z.array(
    z.object({ path: z.string().meta({ description: 'the file in the folder' }), message: z.string() }),
  ),
});
export type ImportItem = z.infer<typeof ImportItem>;

/** An import without its items, as lists show it. */
export const SkillImportSummary = z
  .object({
    id: z.string(),
    status: z.enum(['queued', 'running', 'success', 'failed', 'partial_failed']),
    source: z.record(z.string(), z.string()),
    commit: z.string().nullable(),
    progress: z.object({ found: count.nullable(), done: count }),
    counts: z.object({ created: count, newVersion: count, unchanged: count, refused: count }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    requestedBy: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    createdAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'SkillImportSummary' });
export type SkillImportSummary = z.infer<typeof SkillImportSummary>;

export const SkillImport = SkillImportSummary.extend({ items: z.array(ImportItem) }).meta({
  id: 'SkillImport',
});
export type SkillImport = z.infer<typeof SkillImport>;

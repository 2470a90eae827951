/** Imports of many skills at once, from a repository or an archive. */
import { z } from 'zod';
import { MAX_SOURCE_BYTES } from '../../skills/bundle/limits.ts';
import {
  ImportMetadata,
  SkillImport,
  SkillImportSummary,
  StartImport,
} from '../../skills/imports/import-schema.ts';
import { getImport, listImports } from '../../skills/imports/read-imports.ts';
import { type ImportedSource, startImport } from '../../skills/imports/start-import.ts';
import type { Upload } from '../multipart.ts';
import { invalidRequest } from '../problems.ts';
import { etagOf, ListQuery, pageAnswer, pageOfItems, resourceAnswer } from '../respond.ts';
import { defineRoute, type Route } from '../route.ts';
import { parseMetadata, sourceOf } from './uploaded-skill.ts';

export const skillImportRoutes: Route[] = [
  defineRoute({
    method: 'POST',
    path: '/api/skills/import',
    role: 'operator',
    tag: 'skills',
    summary: 'Import every skill folder of a repository or an archive',
    description:
      'Every folder with a SKILL.md becomes a skill, a new version, or is refused with its issues; folders inside a skill folder belong to it. Workers do it: follow `Location`.',
    body: StartImport,
    uploadLimit: MAX_SOURCE_BYTES,
    responses: { 202: SkillImport },
    async handle({ ctx, body, upload }) {
      const uploaded = await upload();
      const made = await startImport(
        ctx,
        uploaded
          ? {
              source: archiveOf(uploaded),
              tags: parseMetadata(ImportMetadata, uploaded.metadata).tags,
            }
          : body,
      );
      const headers = { location: `/api/skill-imports/${made.id}`, etag: etagOf(made) };
      return { status: 202, body: made, headers };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skill-imports',
    role: 'viewer',
    tag: 'skills',
    summary: 'List imports, newest first',
    query: ListQuery,
    responses: { 200: pageOfItems(SkillImportSummary) },
    handle: async ({ ctx, query, url }) =>
      pageAnswer(url, await listImports(ctx, { limit: query.limit, cursor: query.cursor })),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/skill-imports/{id}',
    role: 'viewer',
    tag: 'skills',
    summary: 'Read an import with the result of each folder',
    params: z.object({ id: z.string().min(1).max(100) }),
    responses: { 200: SkillImport, 304: null },
    handle: async ({ ctx, params, headers }) => resourceAnswer(await getImport(ctx, params.id), headers),
  }),
];

function archiveOf(upload: Upload): ImportedSource {
  const source = sourceOf(upload);
  if (source.type === 'archive') return source;
  throw invalidRequest([{ path: '/files', message: 'an import takes one archive instead of files' }]);
}

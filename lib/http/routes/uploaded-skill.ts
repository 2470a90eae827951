/** An uploaded skill, as multipart or as an archive, as the catalogue takes it. */
import type { z } from 'zod';
import type { SkillSource } from '../../skills/sources/skill-source.ts';
import type { Upload } from '../multipart.ts';
import { invalidRequest, zodIssues } from '../problems.ts';

export function sourceOf(upload: Upload): SkillSource {
  if (upload.archive) {
    return {
      type: 'archive',
      fileName: upload.archive.path === '' ? null : upload.archive.path,
      bytes: upload.archive.bytes,
    };
  }
  return { type: 'files', files: upload.files };
}

export function parseMetadata<T extends z.ZodType>(schema: T, metadata: unknown): z.output<T> {
  const parsed = schema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    zodIssues(parsed.error).map((issue) => ({
      ...issue,
      path: `/metadata${issue.path === '/' ? '' : issue.path}`,
    })),
  );
}

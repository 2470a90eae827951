/** The shapes of the names a version has beside its number, as the API takes and shows them. */
import { z } from 'zod';
import { isFullCommit, isRefName } from './ref-names.ts';

export const Ref = z.string().min(1).max(200);

export const REF_DESCRIPTION =
  '`latest`, a version number, a label, an id or digest, a tag, a branch, or the first 7 digits or more of a commit; the first of these that it is counts. A tag or branch means the version that was registered for it last.';

const RefName = z
  .string()
  .min(1)
  .max(200)
  .refine(isRefName, 'must be a name that git takes, and not `latest`, a number, an id or a digest');

/** What somebody says of files that come from no repository. */
export const DeclaredRefs = z.strictObject({
  tags: z.array(RefName).max(50).optional(),
  branch: RefName.optional(),
  commit: z
    .string()
    .refine(isFullCommit, 'must be all 40 (SHA-1) or 64 (SHA-256) hexadecimal digits, in lower case')
    .optional(),
});
export type DeclaredRefs = z.infer<typeof DeclaredRefs>;

export const VersionRefs = z.object({
  labels: z.array(z.string()).meta({ description: 'further labels, given when the content came again' }),
  tags: z.array(z.string()),
  branches: z.array(z.string()),
  commit: z.string().nullable().meta({ description: 'the one that was recorded last; all of them are refs' }),
});
export type VersionRefs = z.infer<typeof VersionRefs>;

/** The columns behind them. */
export interface RefColumns {
  readonly ref_labels: string[];
  readonly ref_tags: string[];
  readonly ref_branches: string[];
  readonly ref_commit: string | null;
}

export function shapeRefs(row: RefColumns): VersionRefs {
  return {
    labels: row.ref_labels,
    tags: row.ref_tags,
    branches: row.ref_branches,
    commit: row.ref_commit,
  };
}

/** The shapes of skill versions, as the API takes and shows them. */
import { z } from 'zod';
import { Compatibility } from './compatibility.ts';
import { DeclaredRefs, VersionRefs } from '../refs/ref-schema.ts';
import { isReserved } from '../refs/ref-names.ts';
import { scanFields } from '../policy/scan-schema.ts';
import { SourceBody } from '../source-schema.ts';

const Timestamp = z.string().meta({ format: 'date-time' });

/** A version label: anything but what refs already mean. */
const Label = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((label) => !isReserved(label), 'must not be `latest`, a bare number, an id or a digest');

export const versionFields = {
  version: Label.optional().meta({ description: 'label of the version, such as 1.2.0' }),
  refs: DeclaredRefs.optional().meta({
    description:
      'what these files are called where they come from; not for git sources, whose repository says it. Tags and branches move to this version.',
  }),
};

/** What travels beside the files: the JSON part `metadata` of an upload. */
export const VersionMetadata = z.strictObject(versionFields);
export type VersionMetadata = z.infer<typeof VersionMetadata>;
export const AddVersion = withoutGitRefs(z.strictObject({ source: SourceBody, ...versionFields }));

/** A repository says itself what a commit is called. */
export function withoutGitRefs<T extends z.ZodType<{ source: { type: string }; refs?: unknown }>>(
  body: T,
): T {
  return body.refine(({ source, refs }) => source.type !== 'git' || refs === undefined, {
    path: ['refs'],
    message: 'must be left out with a git source: its repository says how the commit is called',
  });
}

export const SkillVersion = z
  .object({
    id: z.string(),
    number: z.number().int(),
    label: z.string().nullable(),
    digest: z.string(),
    source: z.record(z.string(), z.unknown()),
    sizeBytes: z.number().int(),
    fileCount: z.number().int(),
    refs: VersionRefs,
    ...scanFields,
    files: z.array(z.object({ path: z.string(), size: z.number().int(), digest: z.string() })).optional(),
    compatibility: Compatibility.optional().meta({
      description: 'for each kind of provider, when one version is read',
    }),
    createdAt: Timestamp,
  })
  .meta({ id: 'SkillVersion' });
export type SkillVersion = z.infer<typeof SkillVersion>;

/** The shapes of skill versions, as the API takes and shows them. */
import { z } from 'zod';
import { Compatibility } from './compatibility.ts';
import { scanFields } from './scan-schema.ts';
import { SourceBody } from './source-schema.ts';

const Timestamp = z.string().meta({ format: 'date-time' });

/** A version label: anything but what refs already mean. */
const Label = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((label) => label !== 'latest' && !/^\d+$/.test(label), 'must not be `latest` or a bare number');

export const versionFields = {
  version: Label.optional().meta({ description: 'label of the version, such as 1.2.0' }),
};

/** What travels beside the files: the JSON part `metadata` of an upload. */
export const VersionMetadata = z.strictObject(versionFields);
export type VersionMetadata = z.infer<typeof VersionMetadata>;
export const AddVersion = z.strictObject({ source: SourceBody, ...versionFields });

export const SkillVersion = z
  .object({
    id: z.string(),
    number: z.number().int(),
    label: z.string().nullable(),
    digest: z.string(),
    source: z.record(z.string(), z.unknown()),
    sizeBytes: z.number().int(),
    fileCount: z.number().int(),
    ...scanFields,
    files: z.array(z.object({ path: z.string(), size: z.number().int(), digest: z.string() })).optional(),
    compatibility: Compatibility.optional().meta({
      description: 'for each kind of provider, when one version is read',
    }),
    createdAt: Timestamp,
  })
  .meta({ id: 'SkillVersion' });
export type SkillVersion = z.infer<typeof SkillVersion>;

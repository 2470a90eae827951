/** The shapes of skills and versions, as the API takes and shows them. */
import { z } from 'zod';

const Timestamp = z.string().meta({ format: 'date-time' });

export const InlineFile = z.strictObject({
  path: z.string().min(1).max(1024),
  content: z.string(),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
});

export const InlineSource = z.strictObject({
  type: z.literal('inline'),
  files: z.array(InlineFile).min(1).max(500),
});

/** A version label: anything but what refs already mean. */
const Label = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((label) => label !== 'latest' && !/^\d+$/.test(label), 'must not be `latest` or a bare number');

const versionFields = {
  version: Label.optional().meta({ description: 'label of the version, such as 1.2.0' }),
};
const skillFields = {
  ...versionFields,
  displayName: z.string().trim().min(1).max(200).optional(),
  tags: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
};

/** What travels beside the files: the JSON part `metadata` of an upload. */
export const SkillMetadata = z.strictObject(skillFields);
export type SkillMetadata = z.infer<typeof SkillMetadata>;
export const VersionMetadata = z.strictObject(versionFields);
export type VersionMetadata = z.infer<typeof VersionMetadata>;

export const CreateSkill = z.strictObject({ source: InlineSource, ...skillFields });
export const AddVersion = z.strictObject({ source: InlineSource, ...versionFields });

export const SkillVersion = z
  .object({
    id: z.string(),
    number: z.number().int(),
    label: z.string().nullable(),
    digest: z.string(),
    source: z.record(z.string(), z.unknown()),
    sizeBytes: z.number().int(),
    fileCount: z.number().int(),
    files: z.array(z.object({ path: z.string(), size: z.number().int(), digest: z.string() })).optional(),
    createdAt: Timestamp,
  })
  .meta({ id: 'SkillVersion' });
export type SkillVersion = z.infer<typeof SkillVersion>;

export const Skill = z
  .object({
    id: z.string(),
    name: z.string(),
    displayName: z.string(),
    description: z.string(),
    license: z.string().nullable(),
    compatibility: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    allowedTools: z.array(z.string()),
    tags: z.array(z.string()),
    status: z.enum(['active', 'archived']),
    latestVersion: SkillVersion,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Skill' });
export type Skill = z.infer<typeof Skill>;

export const SkillFilter = z.strictObject({
  q: z
    .string()
    .trim()
    .max(200)
    .optional()
    .meta({ description: 'searches name, display name, description and tags' }),
  tag: z.string().max(50).optional(),
  status: z.enum(['active', 'archived']).optional(),
  sort: z.enum(['name', '-updatedAt']).default('name'),
});
export type SkillFilter = z.infer<typeof SkillFilter>;

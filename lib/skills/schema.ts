/** The shapes of skills and versions, as the API takes and shows them. */
import { z } from 'zod';
import { PROVIDER_KINDS } from '../providers/adapter.ts';
import { SEVERITIES } from './scan/rule.ts';
import { SourceBody } from './source-schema.ts';
import { Repository } from './refs/repositories.ts';
import { SkillVersion, versionFields, withoutGitRefs } from './versions/version-schema.ts';

const Timestamp = z.string().meta({ format: 'date-time' });

const DisplayName = z.string().trim().min(1).max(200);
const Tags = z.array(z.string().trim().min(1).max(50)).max(20);
export const skillTags = Tags.default([]);

const skillFields = { ...versionFields, displayName: DisplayName.optional(), tags: skillTags };

/** What travels beside the files: the JSON part `metadata` of an upload. */
export const SkillMetadata = z.strictObject(skillFields);
export type SkillMetadata = z.infer<typeof SkillMetadata>;

export const CreateSkill = withoutGitRefs(z.strictObject({ source: SourceBody, ...skillFields }));

export const UpdateSkill = z.strictObject({
  displayName: DisplayName.optional(),
  tags: Tags.optional().meta({ description: 'replaces all tags' }),
  status: z
    .enum(['active', 'archived'])
    .optional()
    .meta({ description: 'an archived skill takes no versions and is installed nowhere else' }),
});
export type UpdateSkill = z.infer<typeof UpdateSkill>;

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
    repository: Repository.nullable().meta({
      description: 'where a skill from git was read last, and is looked up when an unknown ref is installed',
    }),
    status: z.enum(['active', 'archived']),
    latestVersion: SkillVersion,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Skill' });
export type Skill = z.infer<typeof Skill>;

export const SkillFilter = z.strictObject({
  q: z.string().trim().max(200).optional().meta({
    description:
      'Words that name, display name, description or tags hold, all of them, in any order; parts of words and slips of the pen are found too.',
  }),
  tag: z.string().max(50).optional(),
  status: z.enum(['active', 'archived']).optional(),
  provider: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'id or slug of a provider: skills that are installed there' }),
  kind: z
    .enum(PROVIDER_KINDS)
    .optional()
    .meta({ description: 'skills whose latest version providers of this kind take' }),
  severity: z
    .enum([...SEVERITIES, 'none'])
    .optional()
    .meta({ description: 'the worst finding in the latest version; none: scanned and clean' }),
  sort: z.enum(['name', '-updatedAt', 'relevance']).optional().meta({
    description: 'Without it: relevance when there is a q, else name. Relevance without a q is name.',
  }),
});
export type SkillFilter = z.infer<typeof SkillFilter>;

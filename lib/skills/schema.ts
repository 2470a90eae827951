/** The shapes of skills and versions, as the API takes and shows them. */
import { z } from 'zod';
import { checkPath } from './bundle/paths.ts';

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

/** Which addresses may be fetched is the egress's to say; here it is only the form. */
const RemoteUrl = z.url({ protocol: /^https?$/, error: 'must be an https URL' }).max(2000);

export const UrlSource = z.strictObject({
  type: z.literal('url'),
  url: RemoteUrl.meta({ description: 'address of a zip or tar.gz' }),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits')
    .optional()
    .meta({ description: 'of the bytes at that address; anything else is refused' }),
});

export const WellKnownSource = z.strictObject({
  type: z.literal('well_known'),
  url: RemoteUrl.refine(isOrigin, 'must be an origin, such as https://example.com, without a path').meta({
    description: 'a site that has /.well-known/agent-skills/index.json',
  }),
  name: z.string().min(1).max(64),
});

export const GitSource = z.strictObject({
  type: z.literal('git'),
  url: RemoteUrl.refine((url) => !/[?#]/.test(url), "must not have a '?' or '#'").meta({
    description: 'a repository that anybody may read',
  }),
  ref: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^-\s~^:?*[\\][^\s~^:?*[\\]*$/, "must be a branch, a tag or a commit, and not begin with '-'")
    .optional()
    .meta({ description: 'branch, tag or commit; the default branch when left out' }),
  path: z
    .string()
    .min(1)
    .max(1024)
    .refine((path) => checkPath(path) === null, 'must be a folder in the repository, written a/b')
    .optional()
    .meta({ description: 'the folder of the skill; the root when left out' }),
});

export const SourceBody = z.discriminatedUnion('type', [InlineSource, UrlSource, GitSource, WellKnownSource]);

function isOrigin(url: string): boolean {
  // What is no address at all has been refused for that already.
  if (!URL.canParse(url)) return true;
  const { pathname, search, hash } = new URL(url);
  return pathname === '/' && search === '' && hash === '';
}

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

export const CreateSkill = z.strictObject({ source: SourceBody, ...skillFields });
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

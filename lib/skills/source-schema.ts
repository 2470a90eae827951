/** The shapes of the places a skill may come from, as requests name them. */
import { z } from 'zod';
import { checkPath } from './bundle/paths.ts';

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

/** Sent to the origin of the repository only, and never shown again. */
const GitToken = z
  .string()
  .regex(/^[\x21-\x7e]{1,1000}$/, 'must be visible ASCII characters')
  .meta({
    description:
      'of a private repository; kept encrypted with the skill, for this address only, and used for its later versions',
    writeOnly: true,
  });

export const GitSource = z.strictObject({
  type: z.literal('git'),
  url: RemoteUrl.refine((url) => !/[?#]/.test(url), "must not have a '?' or '#'").meta({
    description: 'a repository; with a token, one that only some may read',
  }),
  ref: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^-\s~^:?*[\\][^\s~^:?*[\\]*$/, "must be a branch, a tag or a commit, and not begin with '-'")
    .optional()
    .meta({
      description:
        'branch, tag, commit or the first 7 digits or more of one; the default branch when left out',
    }),
  path: z
    .string()
    .min(1)
    .max(1024)
    .refine((path) => checkPath(path) === null, 'must be a folder in the repository, written a/b')
    .optional()
    .meta({ description: 'the folder of the skill; the root when left out' }),
  token: GitToken.optional(),
});

export const SourceBody = z.discriminatedUnion('type', [InlineSource, UrlSource, GitSource, WellKnownSource]);

function isOrigin(url: string): boolean {
  // What is no address at all has been refused for that already.
  if (!URL.canParse(url)) return true;
  const { pathname, search, hash } = new URL(url);
  return pathname === '/' && search === '' && hash === '';
}

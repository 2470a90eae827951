/** The shape of what changed between two versions, as the API shows it. */
import { z } from 'zod';

const VersionRef = z.object({
  id: z.string(),
  number: z.number().int(),
  label: z.string().nullable(),
  digest: z.string(),
});

const Side = z.object({ size: z.number().int(), digest: z.string() }).nullable();

export const FileChange = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  before: Side,
  after: Side,
  isText: z.boolean(),
  diff: z.string().nullable().meta({ description: 'unified text; null for bytes that are no text' }),
  truncated: z.boolean().meta({ description: 'there is more than `diff` shows' }),
});
export type FileChange = z.infer<typeof FileChange>;

export const FieldChange = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });
export type FieldChange = z.infer<typeof FieldChange>;

const Capability = z.object({
  kind: z.enum(['network', 'shell', 'files', 'credentials']),
  what: z.string(),
  file: z.string(),
  line: z.number().int(),
});
export type Capability = z.infer<typeof Capability>;

export const CapabilityChanges = z.object({ added: z.array(Capability), removed: z.array(Capability) });
export type CapabilityChanges = z.infer<typeof CapabilityChanges>;

export const VersionDiff = z
  .object({
    from: VersionRef,
    to: VersionRef,
    files: z.array(FileChange),
    manifest: z.array(FieldChange).meta({ description: 'what changed in the frontmatter' }),
    capabilities: CapabilityChanges.nullable().meta({
      description: 'what it would use on a machine; null unless both versions were scanned',
    }),
  })
  .meta({ id: 'VersionDiff' });
export type VersionDiff = z.infer<typeof VersionDiff>;

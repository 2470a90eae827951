/** The shapes of provider connections, as the API takes and shows them. */
import { z } from 'zod';
import { PROVIDER_KINDS } from '../providers/adapter.ts';
import { Ref } from '../skills/refs/ref-schema.ts';

const Timestamp = z.string().meta({ format: 'date-time' });

const Slug = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lowercase letters, digits and single hyphens');

const DisplayName = z.string().trim().min(1).max(200);
const Members = z.record(z.string(), z.unknown());

/** `config` and `credentials` are checked by the adapter of the kind; see `lib/providers/<kind>`. */
export const CreateConnection = z.strictObject({
  slug: Slug,
  kind: z.enum(PROVIDER_KINDS),
  displayName: DisplayName.optional(),
  config: Members.default({}),
  credentials: Members.optional().meta({ description: 'write-only; what the kind needs' }),
});
export type CreateConnection = z.infer<typeof CreateConnection>;

export const UpdateConnection = z.strictObject({
  displayName: DisplayName.optional(),
  status: z.enum(['active', 'inactive']).optional().meta({ description: 'to `active` verifies again' }),
  config: Members.optional().meta({ description: 'replaces the whole configuration' }),
  credentials: Members.optional().meta({ description: 'replaces the credentials and verifies them' }),
});
export type UpdateConnection = z.infer<typeof UpdateConnection>;

export const CheckError = z.object({
  code: z.string(),
  message: z.string(),
  providerStatus: z.number().int().nullable(),
  providerRequestId: z.string().nullable(),
});

export const Connection = z
  .object({
    id: z.string(),
    slug: z.string(),
    kind: z.enum(PROVIDER_KINDS),
    displayName: z.string(),
    status: z.enum(['active', 'inactive', 'error']),
    sandbox: z.boolean().meta({ description: 'true: an emulator inside this process, not a real account' }),
    connection: z.object({
      checkedAt: Timestamp.nullable(),
      latencyMs: z.number().int().nullable(),
      error: CheckError.nullable(),
    }),
    credential: z.object({ hint: z.string(), fingerprint: z.string(), updatedAt: Timestamp }).nullable(),
    config: Members,
    limits: z.object({
      maxConcurrent: z.number().int().nullable(),
      requestsPerMinute: z.number().int().nullable(),
      timeoutMs: z.number().int().nullable(),
      maxAttempts: z.number().int().nullable(),
    }),
    paused: z
      .object({ until: Timestamp, reason: z.string() })
      .nullable()
      .meta({ description: 'no run begins before: the provider asked to wait, or failed again and again' }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Provider' });
export type Connection = z.infer<typeof Connection>;

export const ConnectionCheck = z
  .object({
    id: z.string(),
    cause: z
      .enum(['create', 'change', 'demand', 'schedule', 'run'])
      .meta({ description: '`run`: an install run or a sync was refused for its credentials' }),
    checkedAt: Timestamp,
    latencyMs: z.number().int().nullable(),
    error: CheckError.nullable(),
  })
  .meta({ id: 'ProviderCheck' });
export type ConnectionCheck = z.infer<typeof ConnectionCheck>;

export const ConnectionFilter = z.strictObject({
  kind: z.enum(PROVIDER_KINDS).optional(),
  status: z.enum(['active', 'inactive', 'error']).optional(),
});
export type ConnectionFilter = z.infer<typeof ConnectionFilter>;

const Drift = z.enum(['in_sync', 'outdated', 'modified', 'missing', 'unmanaged', 'unknown']);
export type Drift = z.infer<typeof Drift>;

export const InstallationFilter = z.strictObject({
  skill: z.string().min(1).max(200).optional().meta({ description: 'id or name' }),
  provider: z.string().min(1).max(200).optional().meta({ description: 'id or slug' }),
  drift: Drift.optional(),
});
export type InstallationFilter = z.infer<typeof InstallationFilter>;

export const Installation = z
  .object({
    id: z.string(),
    skill: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .meta({ description: 'null for what was not installed from here' }),
    provider: z.object({ id: z.string(), slug: z.string() }),
    version: z
      .object({ id: z.string(), number: z.number().int(), label: z.string().nullable(), digest: z.string() })
      .nullable(),
    externalId: z.string(),
    externalVersion: z.string().nullable(),
    drift: Drift,
    unmanaged: z
      .object({
        name: z.string().nullable(),
        displayName: z.string().nullable(),
        hasOurMark: z.boolean().meta({
          description: 'an install left it whose record is lost; adopt it, or remove it at the provider',
        }),
      })
      .nullable()
      .meta({ description: 'what the provider shows of a skill that was not installed from here' }),
    installedBy: z.string().nullable(),
    installedAt: Timestamp.meta({ description: 'of unmanaged ones: made at the provider, or first seen' }),
    checkedAt: Timestamp,
  })
  .meta({ id: 'Installation' });
export type Installation = z.infer<typeof Installation>;

export const AdoptInstallation = z
  .strictObject({
    skill: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'the skill that it is; without it the only one that has exactly its content' }),
    ref: Ref.optional().meta({
      description: 'the version that it counts as; without it the one with its content, else the latest',
    }),
  })
  .refine((input) => input.ref === undefined || input.skill !== undefined, {
    path: ['skill'],
    message: 'name the `skill` that `ref` is a version of',
  });
export type AdoptInstallation = z.infer<typeof AdoptInstallation>;

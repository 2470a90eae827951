/** The shapes of install runs, batches and plans, as the API takes and shows them. */
import { z } from 'zod';
import { PROVIDER_KINDS } from '../providers/adapter.ts';
import { Ref, REF_DESCRIPTION } from '../skills/refs/ref-schema.ts';
import { RUN_STATUSES } from './states.ts';

const Name = z.string().min(1).max(200);

export const CreateRuns = z
  .strictObject({
    action: z.enum(['install', 'uninstall']).default('install'),
    skill: Name.optional().meta({ description: 'one skill: name or id' }),
    skills: z
      .array(Name)
      .min(1)
      .max(50)
      .optional()
      .meta({ description: 'several skills instead of `skill`' }),
    providers: z.array(Name).min(1).max(50).meta({ description: 'slugs or ids' }),
    ref: Ref.default('latest').meta({
      description: `${REF_DESCRIPTION} One that is not registered is looked up in the repository of a skill from git, and registered; that does not change what \`latest\` means.`,
    }),
    dryRun: z.boolean().default(false),
    onDuplicate: z.enum(['reuse', 'reject']).default('reuse'),
  })
  .refine((input) => (input.skill === undefined) !== (input.skills === undefined), {
    path: ['skill'],
    message: 'give either `skill` or `skills`',
  });
export type CreateRuns = z.infer<typeof CreateRuns>;

const Timestamp = z.string().meta({ format: 'date-time' });
const VersionRef = z.object({
  id: z.string(),
  number: z.number().int(),
  label: z.string().nullable(),
  digest: z.string(),
});

export const RunError = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  providerStatus: z.number().int().nullable(),
  providerRequestId: z.string().nullable(),
  cause: z
    .string()
    .optional()
    .meta({ description: 'for `exhausted:install_run`: the code of the last error' }),
});

export const RunResult = z.object({
  effect: z.enum(['created', 'updated', 'removed', 'noop', 'unknown']),
  externalId: z.string().nullable(),
  externalVersion: z.string().nullable(),
  verifiedDigest: z.string().nullable(),
  verification: z.enum(['content', 'version', 'absence']).nullish().meta({
    description:
      'what was read back from the provider before the run ended: the files, the version it serves, or that it is gone',
  }),
  providerRequestId: z
    .string()
    .nullish()
    .meta({ description: 'the name the provider gave the exchange, to quote to its support' }),
  requests: z.number().int().optional().meta({ description: 'requests to the provider in the last attempt' }),
  providerMs: z.number().int().optional().meta({ description: 'milliseconds the provider took for them' }),
});

export const Run = z
  .object({
    id: z.string(),
    batchId: z.string(),
    action: z.enum(['install', 'uninstall']),
    skill: z.object({ id: z.string(), name: z.string() }),
    version: VersionRef.nullable(),
    provider: z.object({ id: z.string(), slug: z.string(), kind: z.enum(PROVIDER_KINDS) }),
    status: z.enum(RUN_STATUSES),
    phase: z.string().nullable(),
    attempt: z.number().int(),
    maxAttempts: z.number().int(),
    nextAttemptAt: Timestamp.nullable(),
    error: RunError.nullable(),
    result: RunResult.nullable(),
    source: z.string(),
    requestedBy: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    retryOf: z.string().nullable(),
    createdAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
    deadlineAt: Timestamp,
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof Run>;

export const Batch = z
  .object({
    id: z.string(),
    action: z.enum(['install', 'uninstall']),
    status: z.enum(RUN_STATUSES),
    runIds: z.array(z.string()),
    runs: z.array(Run),
    source: z.string(),
    requestedBy: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    createdAt: Timestamp,
  })
  .meta({ id: 'Batch' });
export type Batch = z.infer<typeof Batch>;

export const CreatedRuns = z
  .object({
    batchId: z.string(),
    status: z.enum(RUN_STATUSES),
    runIds: z.array(z.string()),
    runs: z.array(Run),
    reused: z.array(z.string()).meta({ description: 'ids of active runs that already do what was asked' }),
  })
  .meta({ id: 'CreatedRuns' });
export type CreatedRuns = z.infer<typeof CreatedRuns>;

export const PlanEntry = z
  .object({
    skill: z.string(),
    provider: z.string(),
    from: VersionRef.nullable(),
    to: VersionRef.extend({ id: z.string().nullable(), number: z.number().int().nullable() })
      .nullable()
      .meta({ description: 'without id and number: a version that installing would register first' }),
    effect: z.enum(['create', 'update', 'noop', 'remove', 'blocked']),
    reasons: z.array(z.string()).meta({ description: 'why it is blocked' }),
    warnings: z.array(z.string()).meta({ description: 'high findings of its scan, which do not block it' }),
  })
  .meta({ id: 'PlanEntry' });
export type PlanEntry = z.infer<typeof PlanEntry>;

export const Plan = z.object({ plan: z.array(PlanEntry) }).meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;

export const RunFilter = z.strictObject({
  status: z.enum(RUN_STATUSES).optional(),
  skill: Name.optional(),
  provider: Name.optional(),
  batch: Name.optional(),
  source: z.enum(['api', 'chat_ops', 'console', 'cli', 'schedule']).optional(),
});
export type RunFilter = z.infer<typeof RunFilter>;

export const RunEvent = z
  .object({
    id: z
      .string()
      .meta({ description: 'where it stands in what was asked for: for `after` and `Last-Event-ID`' }),
    runId: z.string(),
    seq: z.number().int().meta({ description: 'its number in its run: 1, 2, 3, …' }),
    type: z.string(),
    from: z.string().nullable(),
    to: z.string(),
    attempt: z.number().int(),
    data: z.record(z.string(), z.unknown()),
    at: Timestamp,
  })
  .meta({ id: 'RunEvent' });
export type RunEvent = z.infer<typeof RunEvent>;

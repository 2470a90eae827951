/** The shapes of API keys; the key itself is shown once. */
import { z } from 'zod';
import { ROLES } from '../kernel/context.ts';

const Timestamp = z.string().meta({ format: 'date-time' });

export const CreateKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES),
  expiresAt: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'in the future; without it the key does not expire' }),
});
export type CreateKey = z.infer<typeof CreateKey>;

const DAY_SECONDS = 24 * 60 * 60;

export const RotateKey = z.strictObject({
  overlapSeconds: z
    .int()
    .min(0)
    .max(30 * DAY_SECONDS)
    .default(DAY_SECONDS)
    .meta({ description: 'how long the old key goes on; a day unless given' }),
  expiresAt: CreateKey.shape.expiresAt,
});
export type RotateKey = z.infer<typeof RotateKey>;

export const CreatedKey = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    expiresAt: Timestamp.nullable(),
    key: z.string().meta({ description: 'shown this once' }),
  })
  .meta({ id: 'CreatedKey' });
export type CreatedKey = z.infer<typeof CreatedKey>;

export const Key = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    hint: z.string(),
    createdAt: Timestamp,
    lastUsedAt: Timestamp.nullable(),
    expiresAt: Timestamp.nullable(),
    revokedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Key' });
export type Key = z.infer<typeof Key>;

export const Me = z
  .object({ type: z.string(), id: z.string(), name: z.string(), role: z.enum(ROLES) })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

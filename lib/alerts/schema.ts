/** The shapes of alerts, their channels and their deliveries. */
import { z } from 'zod';
import { ALERT_TYPE_NAMES } from './alert-types.ts';

const Timestamp = z.string().meta({ format: 'date-time' });
const Name = z.string().trim().min(1).max(100);
const Url = z.url({ protocol: /^https?$/, error: 'must be an https URL' }).max(2000);
const Type = z.enum(ALERT_TYPE_NAMES);
const Types = z
  .array(Type)
  .min(1)
  .max(ALERT_TYPE_NAMES.length)
  .nullable()
  .meta({ description: 'what to be told of; null for everything' });
/** 24 to 64 bytes, as Standard Webhooks wants them. */
const SigningSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'must be whsec_ and 24 to 64 bytes in base64')
  .meta({ writeOnly: true, description: 'made when left out, and shown once' });

export const CreateChannel = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    name: Name,
    url: Url,
    secret: SigningSecret.optional(),
    types: Types.default(null),
  }),
  z.strictObject({
    kind: z.literal('slack'),
    name: Name,
    url: Url.meta({ description: 'an incoming webhook of Slack; it is a secret' }),
    types: Types.default(null),
  }),
]);
export type CreateChannel = z.infer<typeof CreateChannel>;

export const UpdateChannel = z.strictObject({
  name: Name.optional(),
  url: Url.optional(),
  secret: SigningSecret.optional(),
  types: Types.optional(),
  status: z.enum(['active', 'disabled']).optional(),
});
export type UpdateChannel = z.infer<typeof UpdateChannel>;

export const Channel = z
  .object({
    id: z.string(),
    kind: z.enum(['webhook', 'slack']),
    name: z.string(),
    address: z.string().meta({ description: 'the part of its URL that may be shown' }),
    types: Types,
    status: z.enum(['active', 'disabled']),
    disabledBecause: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'AlertChannel' });
export type Channel = z.infer<typeof Channel>;

export const CreatedChannel = Channel.extend({
  secret: z
    .string()
    .nullable()
    .meta({ description: 'of a webhook: verifies signatures (Standard Webhooks); shown this once' }),
}).meta({ id: 'CreatedAlertChannel' });
export type CreatedChannel = z.infer<typeof CreatedChannel>;

export const Alert = z
  .object({
    id: z.string(),
    type: z.string(),
    title: z.string(),
    data: z.record(z.string(), z.unknown()),
    count: z.int().meta({ description: 'how many things it stands for, those of its quiet time included' }),
    createdAt: Timestamp,
    lastAt: Timestamp,
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof Alert>;

export const AlertFilter = z.strictObject({ type: Type.optional() });
export type AlertFilter = z.infer<typeof AlertFilter>;

export const Delivery = z
  .object({
    id: z.string(),
    alert: z.object({ id: z.string(), type: z.string(), title: z.string() }),
    channel: z.object({ id: z.string(), name: z.string() }),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    nextAttemptAt: Timestamp.nullable(),
    answer: z
      .object({ status: z.int(), body: z.string() })
      .nullable()
      .meta({ description: 'of the last attempt, its beginning' }),
    error: z.string().nullable(),
    redeliveryOf: z.string().nullable(),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: 'AlertDelivery' });
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryFilter = z.strictObject({
  channel: z.string().optional().meta({ description: 'id of a channel' }),
  alert: z.string().optional().meta({ description: 'id of an alert' }),
  status: z.enum(['pending', 'delivered', 'failed']).optional(),
});
export type DeliveryFilter = z.infer<typeof DeliveryFilter>;

/** The shapes of a chat message and its answer. */
import { z } from 'zod';
import { PlanEntry } from '../runs/schema.ts';

export const ChatMessage = z.strictObject({
  message: z.string().trim().min(1).max(2000),
  dryRun: z.boolean().default(false),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

export const Intent = z
  .object({
    action: z.string(),
    skills: z.array(z.string()),
    providers: z.array(z.string()),
    ref: z.string().nullable(),
  })
  .meta({ id: 'Intent' });
export type Intent = z.infer<typeof Intent>;

export const ChatAnswer = z
  .object({
    accepted: z.boolean(),
    actionId: z.string(),
    reason: z.string().optional().meta({ description: 'why it was not accepted' }),
    message: z.string().optional().meta({ description: 'the reason in words' }),
    suggestions: z.array(z.string()).optional(),
    intent: Intent.nullable(),
    needsConfirmation: z.boolean().optional().meta({ description: 'only with dryRun' }),
    plan: z.array(PlanEntry).optional().meta({ description: 'only with dryRun' }),
    runIds: z.array(z.string()),
    batchId: z.string().optional(),
    reply: z.string(),
  })
  .meta({ id: 'ChatAnswer' });
export type ChatAnswer = z.infer<typeof ChatAnswer>;

export const ChatAction = z
  .object({
    id: z.string(),
    message: z.string(),
    accepted: z.boolean(),
    reason: z.string().nullable(),
    intent: Intent.nullable(),
    dryRun: z.boolean(),
    batchId: z.string().nullable(),
    runIds: z.array(z.string()),
    reply: z.string(),
    principal: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    createdAt: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'ChatAction' });
export type ChatAction = z.infer<typeof ChatAction>;

/** The shapes of a chat message and its answer. */
import { z } from 'zod';
import { Connection, Installation } from '../connections/schema.ts';
import { PlanEntry, Run } from '../runs/schema.ts';
import { Skill } from '../skills/schema.ts';

export const ChatMessage = z
  .strictObject({
    message: z.string().trim().min(1).max(2000).optional(),
    dryRun: z
      .boolean()
      .default(false)
      .meta({ description: 'interprets and plans only; not together with `confirm`' }),
    confirm: z.string().min(1).max(200).optional().meta({
      description: 'the token of an answer with the reason `confirmation_required`, instead of `message`',
    }),
  })
  .refine((input) => (input.message === undefined) !== (input.confirm === undefined), {
    path: ['message'],
    message: 'give either `message` or `confirm`',
  })
  .refine((input) => input.confirm === undefined || !input.dryRun, {
    path: ['dryRun'],
    message: 'a confirmation cannot be tried out; leave `dryRun` out',
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

const ReadBy = z
  .enum(['grammar', 'model'])
  .meta({ description: '`model`: the grammar did not understand, and the model of the settings did' });

const Facts = z.object({
  skills: z.array(Skill).optional(),
  connections: z.array(Connection).optional(),
  installations: z.array(Installation).optional(),
  runs: z.array(Run).optional(),
  hasMore: z.boolean().meta({ description: 'there is more than is shown; the API lists all of it' }),
});

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
    runs: z
      .array(Run)
      .optional()
      .meta({ description: 'only with dryRun: what would be canceled or done again' }),
    runIds: z.array(z.string()).meta({ description: 'runs that were made, reused, canceled or done again' }),
    batchId: z.string().optional(),
    data: Facts.optional().meta({ description: 'what was asked about' }),
    confirmation: z
      .object({
        token: z.string(),
        expiresAt: z.string().meta({ format: 'date-time' }),
        plan: z.array(PlanEntry),
        runs: z.array(Run).meta({ description: 'that would be canceled or done again' }),
      })
      .optional()
      .meta({ description: 'how to go on; for the same principal, once, and only while the plan holds' }),
    readBy: ReadBy,
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
    confirms: z.string().nullable().meta({ description: 'the chat action whose confirmation this is' }),
    readBy: ReadBy,
    principal: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    createdAt: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'ChatAction' });
export type ChatAction = z.infer<typeof ChatAction>;

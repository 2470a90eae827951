/** The shapes of people of chat products. */
import { z } from 'zod';

const Id = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be an id of the chat product: letters, digits and ._-');

export const CreateChatUser = z.strictObject({
  surface: z.enum(['slack']),
  team: Id.meta({ description: 'the workspace, T… in Slack', examples: ['T012AB3CD'] }),
  member: Id.meta({ description: 'the person, U… in Slack ("Copy member ID" of their profile)' }),
  name: z.string().trim().min(1).max(100).meta({ description: 'as runs and audit records are to call them' }),
  role: z.enum(['viewer', 'operator']),
});
export type CreateChatUser = z.infer<typeof CreateChatUser>;

export const ChatUser = z
  .object({
    id: z.string(),
    surface: z.enum(['slack']),
    team: z.string(),
    member: z.string(),
    name: z.string(),
    role: z.enum(['viewer', 'operator']),
    createdAt: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'ChatUser' });
export type ChatUser = z.infer<typeof ChatUser>;

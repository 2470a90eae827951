/** The fields of OpenAI's skill answers that we use; anything else in them is ignored. */
import { z } from 'zod';

/** Ids go back into paths, so they must look like ids. */
const Id = z.string().regex(/^[\w-]{1,200}$/);
const VersionNumber = z.string().regex(/^[\w-]{1,64}$/);

export const Skill = z.object({
  id: Id,
  name: z.string().max(1000),
  created_at: z.number(),
  default_version: VersionNumber,
  latest_version: VersionNumber,
});
export type Skill = z.output<typeof Skill>;

export const SkillVersion = z.object({ version: VersionNumber });

export const SkillPage = z.object({ data: z.array(Skill), has_more: z.boolean() });

/** Of a chat completion: what is said, as text. */
export const Completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});

export const SkillDeleted = z.object({ deleted: z.literal(true) });
